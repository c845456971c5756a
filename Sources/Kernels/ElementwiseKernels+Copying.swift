/// Operations that move elements without computing: copies, choices, parts of complex numbers.
///
/// They depend on the size of an element alone, so one kernel serves all types of a size.

import Glibc
import Launches
import Shapes

private enum Selected<T>: TernaryBody {
    @inline(__always) static func apply(_ condition: Truth, _ x: T, _ y: T) -> T {
        condition != 0 ? x : y
    }
}
private enum RealPart<T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<T>) -> T { z.real }
}
private enum ImaginaryPart<T: WorkScalar>: UnaryBody {
    @inline(__always) static func apply(_ z: Complex<T>) -> T { z.imaginary }
}
private enum Joined<T: WorkScalar>: BinaryBody {
    @inline(__always) static func apply(_ real: T, _ imaginary: T) -> Complex<T> {
        Complex(real, imaginary)
    }
}

extension KernelEntries {
    func enterCopying() {
        for type in ElementType.allCases {
            let copy = copyKernel(type.byteCount)
            set(.copy, type, copy)
            if type != .bool, type.kind != .complex { set(.conjugate, type, copy) }
            if type != .bool { set(.positive, type, copy) }
            if !type.isInexact {
                for operation in [Operation.floor, .ceil, .trunc] { set(operation, type, copy) }
            }
            set(.select, type, selectKernel(type.byteCount))
        }
        set(.absolute, .bool, copyKernel(1))
        set(.real, .complex64, blockKernel(RealPart<Float>.self))
        set(.real, .complex128, blockKernel(RealPart<Double>.self))
        set(.imaginary, .complex64, blockKernel(ImaginaryPart<Float>.self))
        set(.imaginary, .complex128, blockKernel(ImaginaryPart<Double>.self))
        set(.complexFromParts, .float32, blockKernel(Joined<Float>.self))
        set(.complexFromParts, .float64, blockKernel(Joined<Double>.self))
    }

    private func copyKernel(_ byteCount: Int) -> BlockKernel {
        switch byteCount {
        case 1: return { memcpy($1[0], $0[0], $2) }
        case 2: return { memcpy($1[0], $0[0], $2 &* 2) }
        case 4: return { memcpy($1[0], $0[0], $2 &* 4) }
        case 8: return { memcpy($1[0], $0[0], $2 &* 8) }
        default: return { memcpy($1[0], $0[0], $2 &* 16) }
        }
    }

    private func selectKernel(_ byteCount: Int) -> BlockKernel {
        switch byteCount {
        case 1: return blockKernel(Selected<UInt8>.self)
        case 2: return blockKernel(Selected<UInt16>.self)
        case 4: return blockKernel(Selected<UInt32>.self)
        case 8: return blockKernel(Selected<UInt64>.self)
        default: return blockKernel(Selected<SIMD2<UInt64>>.self)
        }
    }
}
