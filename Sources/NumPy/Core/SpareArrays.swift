/// Small arrays that nobody holds any more, kept whole: the next result of their shape and type
/// takes one over, with its store and its memory, and nothing is allocated or freed. A loop of
/// small calls then runs on the same few arrays.
///
///     c = a + b     takes a spare array, or makes one
///     c = c * 2     takes another; the old one, which no name holds now, is spare
///
/// Kept are only arrays that own their store alone, with nothing recorded on it and no foreign
/// eyes. All of it belongs to the thread that records launches.
import LegateCore

public enum SpareArrays {
    /// Kept arrays of one shape and type. Two kinds that fall into one place take turns.
    private struct Place {
        var shape = AxisList()
        var type = ElementType.bool
        var count = 0
        var arrays: (Spare?, Spare?, Spare?, Spare?, Spare?, Spare?, Spare?, Spare?) = (
            nil, nil, nil, nil, nil, nil, nil, nil
        )
    }
    private typealias Spare = UnsafeMutableRawPointer

    private static let placeCount = 64
    private static let depth = 8
    /// Larger arrays are not kept, nor more than so many bytes in all.
    private static let arrayLimit = 32 << 10
    private static let byteLimit = 512 << 10

    nonisolated(unsafe) private static var bytes = 0
    /// Made when the first array is kept: a constant that is made at first use is asked at each use
    /// whether it is.
    nonisolated(unsafe) private static var places: UnsafeMutablePointer<Place>?

    private static func madePlaces() -> UnsafeMutablePointer<Place> {
        let made = UnsafeMutablePointer<Place>.allocate(capacity: placeCount)
        made.initialize(repeating: Place(), count: placeCount)
        places = made
        return made
    }

    /// Where memory is to be seen as it comes and goes, and where ranks number their stores,
    /// nothing is kept.
    private static let isOn: Bool = {
        #if LEGATE_EXACT_MEMORY
            return false
        #else
            return Runtime.shared.keepsSmallArrays
        #endif
    }()

    @inline(__always)
    private static func place(_ shape: AxisList, _ type: ElementType) -> Int {
        let count = shape.product
        let hash = count &+ count >> 6 &+ type.index &* 5 &+ shape.count &* 17
        return hash & (placeCount - 1)
    }

    /// A kept array of this shape and type, with arbitrary contents.
    @inline(__always)
    static func take(_ shape: AxisList, _ type: ElementType) -> NDArray? {
        guard let places else { return nil }
        let place = places + place(shape, type)
        guard place.pointee.count > 0, place.pointee.type == type, place.pointee.shape == shape
        else { return nil }
        return pop(place)
    }

    @inline(__always)
    private static func pop(_ place: UnsafeMutablePointer<Place>) -> NDArray {
        place.pointee.count &-= 1
        let count = place.pointee.count
        let pointer = withUnsafeMutableBytes(of: &place.pointee.arrays) {
            $0.load(fromByteOffset: count &* 8, as: Spare.self)
        }
        let array = Unmanaged<NDArray>.fromOpaque(pointer).takeRetainedValue()
        bytes &-= array.store.byteCount
        return array
    }

    /// Keeps an array that its last holder gives up, or lets go of it.
    ///
    /// - Parameter pointer: A retained `NDArray`, whose reference goes over to here.
    @inline(__always)
    public static func giveUp(_ pointer: UnsafeMutableRawPointer) {
        let isKept = Unmanaged<NDArray>.fromOpaque(pointer)._withUnsafeGuaranteedRef { array in
            guard array.isWhole else { return SpareViews.keeps(array, pointer) }
            guard isLastReference(pointer), array.isUnseen else { return false }
            return keeps(array, pointer)
        }
        if !isKept { Unmanaged<NDArray>.fromOpaque(pointer).release() }
    }

    @inline(__always)
    private static func keeps(_ array: NDArray, _ pointer: UnsafeMutableRawPointer) -> Bool {
        guard let places = places ?? (isOn ? madePlaces() : nil) else { return false }
        let place = places + place(array.shape, array.type)
        if place.pointee.count > 0,
            place.pointee.type != array.type || place.pointee.shape != array.shape
        {
            empty(place)
        }
        let size = array.store.byteCount
        guard place.pointee.count < depth, size <= arrayLimit, bytes &+ size <= byteLimit else {
            return false
        }
        place.pointee.type = array.type
        place.pointee.shape = array.shape
        bytes &+= size
        let count = place.pointee.count
        withUnsafeMutableBytes(of: &place.pointee.arrays) {
            $0.storeBytes(of: pointer, toByteOffset: count &* 8, as: Spare.self)
        }
        place.pointee.count = count &+ 1
        return true
    }

    /// Whether a retained array has no other reference. The pointer itself is looked at as the one
    /// strong reference, so that asking counts none.
    @inline(__always)
    static func isLastReference(_ pointer: UnsafeMutableRawPointer) -> Bool {
        var reference = pointer
        return withUnsafeMutablePointer(to: &reference) {
            $0.withMemoryRebound(to: NDArray.self, capacity: 1) {
                isKnownUniquelyReferenced(&$0.pointee)
            }
        }
    }

    @inline(never)
    private static func empty(_ place: UnsafeMutablePointer<Place>) {
        while place.pointee.count > 0 { _ = pop(place) }
    }
}

extension NDArray {
    /// Whether nobody else sees the store or is going to touch it.
    @inline(__always)
    fileprivate var isUnseen: Bool {
        let store = store
        guard isWritable, store.handleCount == 1, store.pendingReads == 0, store.pendingWrites == 0,
            !store.isShared,
            store.memory != nil, case .pool = store.disposal
        else { return false }
        return true
    }
}
