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

/// Copies a block that lies in cache, in vector registers.
///
/// `memcpy` uses `rep movsb` for blocks of this size, which some processors carry out 20 times
/// slower when the two addresses differ in their low bits; a loop over registers has no such cases.
@inline(__always)
func copyBytes(_ input: UnsafeRawPointer, _ output: UnsafeMutableRawPointer, _ byteCount: Int) {
    typealias Register = SIMD32<UInt8>
    var i = 0
    while i &+ 128 <= byteCount {
        let a = input.loadUnaligned(fromByteOffset: i, as: Register.self)
        let b = input.loadUnaligned(fromByteOffset: i &+ 32, as: Register.self)
        let c = input.loadUnaligned(fromByteOffset: i &+ 64, as: Register.self)
        let d = input.loadUnaligned(fromByteOffset: i &+ 96, as: Register.self)
        output.storeBytes(of: a, toByteOffset: i, as: Register.self)
        output.storeBytes(of: b, toByteOffset: i &+ 32, as: Register.self)
        output.storeBytes(of: c, toByteOffset: i &+ 64, as: Register.self)
        output.storeBytes(of: d, toByteOffset: i &+ 96, as: Register.self)
        i &+= 128
    }
    memcpy(output + i, input + i, byteCount &- i)
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

    private func copyKernel(_ byteCount: Int) -> BlockKernel.Function {
        switch byteCount {
        case 1: return { copyBytes($0[0], $1[0], $2) }
        case 2: return { copyBytes($0[0], $1[0], $2 &* 2) }
        case 4: return { copyBytes($0[0], $1[0], $2 &* 4) }
        case 8: return { copyBytes($0[0], $1[0], $2 &* 8) }
        default: return { copyBytes($0[0], $1[0], $2 &* 16) }
        }
    }

    private func selectKernel(_ byteCount: Int) -> BlockKernel.Function {
        switch byteCount {
        case 1: return blockKernel(Selected<UInt8>.self)
        case 2: return blockKernel(Selected<UInt16>.self)
        case 4: return blockKernel(Selected<UInt32>.self)
        case 8: return blockKernel(Selected<UInt64>.self)
        default: return blockKernel(Selected<SIMD2<UInt64>>.self)
        }
    }
}
