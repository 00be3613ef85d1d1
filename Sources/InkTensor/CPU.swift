import CInkKernels

/// The processor as a backend: a team of threads, a pool of memory and the kernels of one instruction set. Every
/// operation is a method of it.
///
/// Passed to whoever computes; there is no global one.
public final class CPU: Sendable {
  /// The threads that operations run on.
  public let threads: ThreadPool
  /// The instruction set of the kernels.
  public let instructionSet: InstructionSet
  let memory: StoragePool
  let rows: RowKernels
  let kernels: MatrixKernels
  /// Where operations are noted so that gradients can be computed, if they are.
  let tape: Tape?

  /// A backend with its own threads.
  ///
  /// - Parameters:
  ///   - threads: the number of threads, by default one a processor.
  ///   - instructionSet: the kernels to use; the best of this machine when it is left out or not available here.
  ///   - keptMemory: how much memory is kept for later operations. Training keeps all that a step needs.
  public init(
    threads: Int = ThreadPool.processorCount, instructionSet: InstructionSet? = nil,
    keptMemory: KeptMemory = .atMost(1 << 30)
  ) {
    let available = InstructionSet.available
    let set = instructionSet.flatMap { available.contains($0) ? $0 : nil } ?? available.last ?? .portable
    guard let rows = RowKernels(named: set), let kernels = MatrixKernels(named: set) else {
      trap("CPU", "no kernels for this processor")
    }
    self.threads = ThreadPool(threads: threads)
    self.memory = StoragePool(keeping: keptMemory)
    self.instructionSet = set
    self.rows = rows
    self.kernels = kernels
    self.tape = nil
  }

  /// A backend that allocates what operations need and computes nothing, so that their memory can be told
  /// (``peakMemory``) without being used. Results hold no meaning.
  ///
  /// - Parameter threads: the threads of the backend that is planned for.
  package static func planning(threads: Int) -> CPU { CPU(planning: ThreadPool(idle: threads)) }

  private init(planning pool: ThreadPool) {
    let best = CPU(threads: 1)
    threads = pool
    memory = StoragePool(keeping: .everything, account: .use)
    instructionSet = best.instructionSet
    rows = best.rows
    kernels = best.kernels
    tape = nil
  }

  /// Whether nothing is computed.
  package var isPlanning: Bool { threads.isIdle }

  /// The same threads, memory and kernels with another tape.
  private init(_ other: CPU, tape: Tape?) {
    threads = other.threads
    instructionSet = other.instructionSet
    memory = other.memory
    rows = other.rows
    kernels = other.kernels
    self.tape = tape
  }

  /// A backend whose operations are noted on a tape.
  func recording(on tape: Tape) -> CPU { CPU(self, tape: tape) }

  /// A backend that notes nothing.
  package var withoutTape: CPU { tape == nil ? self : CPU(self, tape: nil) }

  /// The most bytes of intermediate results that there were at a time.
  package var peakMemory: Int { memory.peakByteCount }

  /// The bytes that intermediate results make resident on a backend that keeps all its memory; noted by one that plans.
  package var plannedMemory: Int { memory.usedByteCount }

  /// Gives memory that no tensor uses back to the system.
  package func releaseUnusedMemory() { memory.releaseUnused() }

  /// A row-major f32 tensor with undefined contents, for the operation that is about to write all of it.
  func allocate(_ shape: Shape) -> Tensor {
    let storage = memory.allocate(byteCount: shape.elementCount * 4)
    return Tensor(
      storage: storage, byteOffset: 0, dtype: .f32, shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  /// A row-major f32 tensor of zeros.
  package func zeros(_ shape: Shape) -> Tensor {
    let result = allocate(shape)
    result.floats.update(repeating: 0, count: shape.elementCount)
    return result
  }

  /// Runs `body` over the rows of a matrix, cut so that a chunk is worth waking a thread for.
  ///
  /// - Parameters:
  ///   - rows: the number of rows.
  ///   - width: the elements of a row.
  ///   - cost: the work of an element in units of a multiplication.
  func forEachRow(_ rows: Int, width: Int, cost: Int, _ body: (Range<Int>) -> Void) {
    let perRow = max(width * cost, 1)
    threads.run(count: rows, grain: max(1, 32_768 / perRow), body)
  }

  /// Runs `body` over the elements of a tensor, cut between whole vectors of sixteen, so that an element's lane does
  /// not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - elementCount: the number of elements.
  ///   - cost: the work of an element in units of a multiplication.
  ///   - body: gets the first element of a chunk and the number of its elements.
  func forEachVectorChunk(_ elementCount: Int, cost: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    let width = 16
    let vectors = elementCount / width + (elementCount % width == 0 ? 0 : 1)
    forEachRow(vectors, width: width, cost: cost) { chunk in
      let start = chunk.lowerBound * width
      body(start, min(chunk.upperBound * width, elementCount) - start)
    }
  }
}
