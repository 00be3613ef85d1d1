package import ArgumentParser
import InkAdapters
import InkChat
import InkModels

/// `inkstone adapter merge`: a model of its own from a base and an adapter.
package struct MergeAdapterCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Write the model that a base and an adapter are together.",
    discussion: """
      A destination that ends with .gguf is written as one, any other as a folder in Hugging Face layout. A base that is \
      packed is decoded first; --type packs the result again. Before anything is written, the merged weights are compared \
      with the base's, and the logits of the merged model with those of base and adapter.

        inkstone adapter merge smollm2-135m runs/lora/final ./assistant
        inkstone adapter merge smollm2-135m runs/lora/final assistant.gguf --type q8_0
      """)

  @Argument(help: "The base: a built-in name, a .gguf file, a folder or org/name[:quant][@revision].")
  package var base: String

  @Argument(help: "The folder of the adapter, in PEFT's layout.")
  package var adapter: String

  @Argument(help: "The folder or .gguf file to write; new.")
  package var destination: String

  @Option(help: "The type of the matrices: \(ConvertedType.names.joined(separator: ", ")).")
  package var type: String?

  @Flag(name: .customLong("any-base"), help: "Take another base than the one that the adapter was made for.")
  package var anyBase = false

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws { _ = try convertedType() }

  private func convertedType() throws -> ConvertedType {
    guard let type else { return .asStored }
    guard let known = ConvertedType(name: type) else {
      throw ValidationError("--type: expected one of \(ConvertedType.names.joined(separator: ", ")), found \(type).")
    }
    return known
  }

  package mutating func run() async throws {
    let stored = try StoredAdapter.open(adapter)
    let resolved = try await ModelOpener(network: machine.network, output: output).resolve(base)
    if stored.fingerprint == nil { output.remark("the adapter does not note which base it was made for") }
    let merging = AdapterMerging(
      base: resolved, adapter: stored, accepted: anyBase ? .any : .own, type: try convertedType(),
      on: machine.makeCPU())
    let outcome = try merging.write(to: destination)
    if output.json { return try output.result(json(outcome).text) }
    for remark in outcome.remarks { output.remark(remark) }
    for line in lines(outcome) { output.remark(line) }
    try output.result(destination)
  }

  private func lines(_ outcome: AdapterMerging.Outcome) -> [String] {
    let (changes, agreement) = (outcome.changes, outcome.agreement)
    return [
      "weights: \(Amount.count(changes.changedElements)) of \(Amount.count(changes.elements)) numbers in "
        + "\(changes.tensors.count) tensors changed, by \(changes.largestChange) at most",
      "logits of \(agreement.tokens) tokens: the adapter changes them by \(agreement.effect) at most, merged and "
        + "unmerged differ by \(agreement.disagreement) at most (allowed \(agreement.tolerance))",
    ]
  }

  private func json(_ outcome: AdapterMerging.Outcome) -> Report {
    let (changes, agreement) = (outcome.changes, outcome.agreement)
    return [
      "path": .string(destination), "tensors": .whole(changes.tensors.count), "elements": .whole(changes.elements),
      "changed_elements": .whole(changes.changedElements), "largest_change": .single(changes.largestChange),
      "logits": [
        "tokens": .whole(agreement.tokens), "effect": .single(agreement.effect),
        "disagreement": .single(agreement.disagreement), "tolerance": .single(agreement.tolerance),
      ], "remarks": .array(outcome.remarks.map { .string($0) }),
    ]
  }
}

extension MergeReport {
  /// Numbers that the adapter is about.
  fileprivate var elements: Int { tensors.reduce(0) { $0 + $1.elements } }
  /// Numbers that are others than before.
  fileprivate var changedElements: Int { tensors.reduce(0) { $0 + $1.changedElements } }
  /// The largest distance of a number.
  fileprivate var largestChange: Float { tensors.reduce(0) { max($0, $1.largestChange) } }
}
