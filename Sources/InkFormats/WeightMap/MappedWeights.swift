public import InkTensor

/// The tensors of a source under other names and layouts; each is made when it is asked for.
public struct MappedWeights: Sendable {
  private struct Recipe: Sendable {
    let step: WeightStep
    let inputs: [String]
    let output: Int
  }

  /// What has been seen of a tensor that is made of slices.
  private struct Stack {
    let step: WeightStep
    let numbers: [Int]
    var slices: Set<Int> = []
  }

  /// The source's path, for messages.
  public let path: String
  /// The names there are, in the order of the source.
  public private(set) var names: [String] = []
  /// Tensors of the source that no rule names. A loader reports them: nothing is skipped silently.
  public private(set) var unmapped: [String] = []
  /// Tensors of the source that a rule drops.
  public private(set) var dropped: [String] = []
  /// Tensors that are not in the source although others of the same fused tensor are.
  public private(set) var missing: [String] = []
  private let source: any TensorSource
  private let decoding: WeightDecoding
  private var recipes: [String: Recipe] = [:]
  private let steps: [WeightStep]
  /// The steps that fit a tensor of the source, in the order of the rules.
  private var usedSteps: Set<Int> = []

  init(_ steps: [WeightStep], source: any TensorSource, decoding: WeightDecoding) throws(FormatError) {
    self.source = source
    self.decoding = decoding
    self.steps = steps
    self.path = source.path
    var done: Set<[String]> = []
    var stacks: [(name: String, stack: Stack)] = []
    var numberOfStack: [String: Int] = [:]
    for name in source.tensorNames {
      // Scales are read with the tensor that they belong to.
      if let scaled = decoding.scaledName(of: name), source.contains(scaled) { continue }
      if decoding.isActivationScale(name) {
        dropped.append(name)
        continue
      }
      guard let (place, numbers) = MappedWeights.firstFit(name, steps) else {
        unmapped.append(name)
        continue
      }
      usedSteps.insert(place)
      let step = steps[place]
      switch step.action {
      case .drop: dropped.append(name)
      case .stack:
        let whole = Array(numbers.dropLast())
        let output = step.outputs[0].name(whole)
        let number = numberOfStack[output] ?? stacks.count
        if number == stacks.count {
          numberOfStack[output] = number
          stacks.append((output, Stack(step: step, numbers: whole)))
        }
        stacks[number].stack.slices.insert(numbers[numbers.count - 1])
      case .unstack: try addSlices(step, name, numbers)
      case .keep, .transpose, .permuteRows, .split, .join, .reshape, .transposeSlices, .sliceTransposed, .offset:
        try addParts(step, numbers, &done)
      }
    }
    for (name, stack) in stacks { try addStack(name, stack) }
  }

  private static func firstFit(_ name: String, _ steps: [WeightStep]) -> (Int, [Int])? {
    let bytes = Array(name.utf8)
    for (place, step) in steps.enumerated() {
      for input in step.inputs {
        if let numbers = input.match(bytes) { return (place, numbers) }
      }
    }
    return nil
  }

  /// One or several inputs with the same numbers.
  private mutating func addParts(_ step: WeightStep, _ numbers: [Int], _ done: inout Set<[String]>) throws(FormatError)
  {
    let inputs = step.inputs.map { $0.name(numbers) }
    guard inputs.count == 1 || done.insert(inputs).inserted else { return }
    let absent = inputs.filter { !source.contains($0) }
    missing.append(contentsOf: absent)
    guard absent.isEmpty else { return }
    for (index, output) in step.outputs.enumerated() {
      try add(output.name(numbers), Recipe(step: step, inputs: inputs, output: index))
    }
  }

  /// Inputs that differ in their last number, which counts from 0.
  private mutating func addStack(_ name: String, _ stack: Stack) throws(FormatError) {
    // A number as large as the count of slices shows a gap; only the gaps below the count are listed.
    let inputs = (0..<stack.slices.count).map { stack.step.inputs[0].name(stack.numbers + [$0]) }
    let absent = inputs.indices.filter { !stack.slices.contains($0) }.map { inputs[$0] }
    missing.append(contentsOf: absent)
    if absent.isEmpty { try add(name, Recipe(step: stack.step, inputs: inputs, output: 0)) }
  }

  /// Slices of one tensor at most: more than any model has experts, so that a damaged file names no billions.
  private static let mostSlices = 1 << 16

  private mutating func addSlices(_ step: WeightStep, _ name: String, _ numbers: [Int]) throws(FormatError) {
    guard let tensor = source.find(name), tensor.shape.rank > 1, tensor.bytesPerRow != nil,
      tensor.shape[0] <= MappedWeights.mostSlices
    else {
      throw FormatError(
        .shapeMismatch, file: path, context: "tensor \(FormatError.quoted(name))",
        expected: "at most \(MappedWeights.mostSlices) slices", found: "\(source.info(name)?.shape.array ?? [])")
    }
    for slice in 0..<tensor.shape[0] {
      try add(step.outputs[0].name(numbers + [slice]), Recipe(step: step, inputs: [name], output: slice))
    }
  }

  private mutating func add(_ name: String, _ recipe: Recipe) throws(FormatError) {
    if let earlier = recipes.updateValue(recipe, forKey: name) {
      throw FormatError(
        .duplicate, file: path, context: "tensor \(FormatError.quoted(name))",
        expected: "one of \(earlier.inputs.joined(separator: ", ")) and \(recipe.inputs.joined(separator: ", "))",
        found: "both")
    }
    names.append(name)
  }

  /// Whether there is such a tensor.
  public func contains(_ name: String) -> Bool { recipes[name] != nil }

  /// The first tensor of the source that one of the model's is made of, without making it; nil for an unknown name.
  public func origin(of name: String) -> TensorInfo? {
    recipes[name].flatMap { $0.inputs.first }.flatMap { source.info($0) }
  }

  /// A tensor in the model's layout; a view of the source wherever a view can be had.
  ///
  /// - Throws: `missing`, naming the nearest name there is; `shapeMismatch`, `typeMismatch` when the source's tensors
  ///   cannot be laid out so.
  public func stored(_ name: String) throws(FormatError) -> StoredTensor {
    guard let recipe = recipes[name] else {
      let nearest = NameDistance.nearest(to: name, among: names)
      throw FormatError(
        .missing, file: path, context: "tensor \(FormatError.quoted(name))",
        hint: nearest.map { "The nearest name is \"\($0)\"." } ?? "No tensor of the file is mapped to it.")
    }
    var inputs: [StoredTensor] = []
    for input in recipe.inputs { inputs.append(try decoding.tensor(input, in: source)) }
    let made: StoredTensor
    do throws(FormatError) {
      made = try recipe.step.run(inputs, output: recipe.output, name: name)
    } catch {
      throw error.inFile(path)
    }
    // What was copied need not stay resident beside the copy.
    for input in inputs where input.storage !== made.storage {
      input.storage.discardResidentRuns(around: input.byteRange)
    }
    return made
  }

  /// A dense tensor in the model's layout.
  ///
  /// - Throws: as ``stored(_:)``, and `typeMismatch` for packed blocks.
  public func tensor(_ name: String) throws(FormatError) -> Tensor {
    do throws(FormatError) { return try stored(name).tensor() } catch { throw error.inFile(path) }
  }

  /// The tensors of a model under the names and in the layout of the source that these were mapped from: of several ways
  /// to write a tensor the one that the source has.
  ///
  /// - Parameter model: tensors by the names that these have.
  /// - Throws: `missing`, `unsupported` when a tensor has no rule or a fused tensor lacks a part, naming them.
  public func restoring(_ model: any TensorSource) throws(FormatError) -> MappedWeights {
    let order = usedSteps.sorted() + steps.indices.filter { !usedSteps.contains($0) }
    let mapped = try MappedWeights(order.compactMap { steps[$0].inverse }, source: model, decoding: .asStored)
    try mapped.requireComplete()
    return mapped
  }

  /// Refuses a source of which something is unmapped or missing, naming up to eight tensors of each.
  public func requireComplete() throws(FormatError) {
    if !missing.isEmpty {
      throw FormatError(
        .missing, file: path, context: "\(missing.count) tensors", expected: MappedWeights.list(missing),
        hint: "Other parts of the same fused tensors are there; the file is incomplete.")
    }
    if !unmapped.isEmpty {
      throw FormatError(
        .unsupported, file: path, context: "\(unmapped.count) tensors", expected: "names the weight map knows",
        found: MappedWeights.list(unmapped), hint: hint)
    }
  }

  /// Older folders of GPTQ and AWQ say nothing in their configuration: the names do.
  private var hint: String {
    unmapped.contains { $0.hasSuffix(".qweight") }
      ? "The weights are packed by GPTQ or AWQ; use the original checkpoint of this model, or a GGUF file of it."
      : "The checkpoint is of another family or newer than this library."
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { FormatError.quoted($0) }.joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}

/// What a map makes of one source can be the source of another.
extension MappedWeights: TensorSource {
  public var tensorNames: [String] { names }

  public func find(_ name: String) -> StoredTensor? { try? stored(name) }
}

extension FormatError {
  /// The same error with the file named, when it was not.
  func inFile(_ path: String) -> FormatError {
    guard file.isEmpty else { return self }
    return FormatError(code, file: path, context: context, expected: expected, found: found, hint: hint)
  }
}
