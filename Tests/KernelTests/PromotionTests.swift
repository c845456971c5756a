/// Promotion and casting of element types against NumPy's answers, and the laws a promotion obeys.

import Shapes
import Testing

struct PromotionTests {
    @Test(arguments: [
        (ElementType.int8, ElementType.uint8, ElementType.int16),
        (.int32, .uint32, .int64), (.int64, .uint64, .float64), (.uint16, .int64, .int64),
        (.bool, .float16, .float16), (.int8, .float16, .float16), (.int16, .float16, .float32),
        (.int32, .float32, .float64), (.uint16, .float32, .float32),
        (.complex64, .float64, .complex128),
        (.complex64, .int32, .complex128), (.complex64, .int16, .complex64),
    ])
    func knownPairs(_ a: ElementType, _ b: ElementType, _ common: ElementType) {
        #expect(a.promoted(with: b) == common)
        #expect(b.promoted(with: a) == common)
    }

    @Test func everyPairCommutesAndHoldsBoth() {
        for a in ElementType.allCases {
            #expect(a.promoted(with: a) == a)
            for b in ElementType.allCases {
                let common = a.promoted(with: b)
                #expect(common == b.promoted(with: a))
                #expect(a.canCast(to: common, .safe) && b.canCast(to: common, .safe))
            }
        }
    }

    @Test func pythonScalarsAreWeak() {
        #expect(ElementType.int8.promoted(withWeak: .int) == .int8)
        #expect(ElementType.bool.promoted(withWeak: .int) == .int64)
        #expect(ElementType.float32.promoted(withWeak: .float) == .float32)
        #expect(ElementType.int32.promoted(withWeak: .float) == .float64)
        #expect(ElementType.float16.promoted(withWeak: .complex) == .complex64)
        #expect(ElementType.int8.promoted(withWeak: .complex) == .complex128)
    }

    @Test func castingRules() {
        #expect(ElementType.float64.canCast(to: .float32, .sameKind))
        #expect(!ElementType.float64.canCast(to: .float32, .safe))
        #expect(!ElementType.float64.canCast(to: .int64, .sameKind))
        #expect(ElementType.int64.canCast(to: .float16, .sameKind))
        #expect(ElementType.uint8.canCast(to: .int8, .sameKind))
        #expect(!ElementType.int8.canCast(to: .uint64, .sameKind))
        #expect(ElementType.complex128.canCast(to: .bool, .unsafe))
        #expect(!ElementType.int8.canCast(to: .int16, .equiv))
        #expect(Casting(named: "same_kind") == .sameKind)
        #expect(Casting(named: "reckless") == nil)
    }
}
