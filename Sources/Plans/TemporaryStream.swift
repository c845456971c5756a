/// A temporary of which only some chunks exist at a time: those on their way from the step that
/// computes it to the step that takes it.
///
/// In: a chunk's number and the worker that has it in hand. Out: where the whole temporary would
/// begin, for a nest that touches no more of it than this chunk.
import Kernels

struct TemporaryStream {
    enum Layout {
        /// Chunk k lies at place k modulo the ring's length, whoever computes it.
        case ring(length: Int)
        /// Each worker has a ring of its own.
        case bands(Bands)
    }

    /// The step computes it; else it takes it.
    let isSource: Bool
    /// Its slot in the step's nest.
    let slot: Int
    let layout: Layout
    let chunkBytes: Int
    let elementSize: Int

    var bands: Bands? {
        guard case .bands(let bands) = layout else { return nil }
        return bands
    }

    func byteCount(workers: Int) -> Int {
        switch layout {
        case .ring(let length): length * chunkBytes
        case .bands(let bands): bands.placeCount(workers: workers) * chunkBytes
        }
    }

    func memory(
        of number: Int, _ chunk: NestProgram.Chunk, worker: Int, in ring: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let place =
            switch layout {
            case .ring(let length): number % length
            case .bands(let bands): bands.place(of: number, worker: worker)
            }
        return ring + place &* chunkBytes - TemporaryStream.points(of: chunk).lowerBound
            &* elementSize
    }

    static func points(of chunk: NestProgram.Chunk) -> Range<Int> {
        guard case .range(let points) = chunk else {
            preconditionFailure("only nests of the points form stream")
        }
        return points
    }
}
