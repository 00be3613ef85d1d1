package import ArgumentParser
import InkAdapters
import InkChat

/// `inkstone adapter combine`: one adapter from several.
package struct CombineAdaptersCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "combine", abstract: "Write the weighted sum of LoRA adapters of one base as one adapter.",
    discussion: """
      Side by side, the matrices stand beside each other: exactly the weighted sum of the changes, of the sum of the \
      ranks. Linear adds the matrices as PEFT does, which is of equal rank and not that sum. Nearest finds the best \
      change of --rank by singular values.

        inkstone adapter combine ./both --adapter runs/lora/final --adapter ./poems --weight 0.7 --weight 0.3
        inkstone adapter combine ./both --adapter ./a --adapter ./b --way nearest --rank 8
      """)

  /// How the changes are brought together.
  package enum Way: String, ExpressibleByArgument, CaseIterable, Sendable {
    case sideBySide = "side-by-side"
    case linear
    case nearest
  }

  @Argument(help: "The folder to write; new or empty.")
  package var destination: String

  @Option(
    parsing: .singleValue, help: ArgumentHelp("A folder of an adapter; at least one.", valueName: "folder"))
  package var adapter: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("What each adapter counts, in their order; 1 each when left out.", valueName: "number"))
  package var weight: [Float] = []

  @Option(help: "side-by-side, linear or nearest.")
  package var way = Way.sideBySide

  @Option(help: "The rank of the result, for nearest.")
  package var rank: Int?

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if adapter.isEmpty { throw ValidationError("--adapter: expected at least one, found none.") }
    if !weight.isEmpty, weight.count != adapter.count {
      throw ValidationError("--weight: expected one for each of \(adapter.count) adapters, found \(weight.count).")
    }
    if let number = weight.first(where: { !$0.isFinite }) {
      throw ValidationError("--weight: expected a number, found \(number).")
    }
    switch (way, rank) {
    case (.nearest, nil): throw ValidationError("--way nearest needs --rank.")
    case (.sideBySide, _?), (.linear, _?): throw ValidationError("--rank belongs to --way nearest.")
    case (.nearest, let rank?) where !(1...65_536).contains(rank):
      throw ValidationError("--rank: expected 1 to 65536, found \(rank).")
    case (.nearest, _?), (.sideBySide, nil), (.linear, nil): break
    }
  }

  private var combination: AdapterCombination.Way {
    switch way {
    case .sideBySide: .sideBySide
    case .linear: .linear
    case .nearest: .nearest(rank: rank ?? 1)
    }
  }

  package mutating func run() async throws {
    var parts: [(adapter: StoredAdapter, weight: Float)] = []
    for (index, path) in adapter.enumerated() {
      parts.append((try StoredAdapter.open(path), index < weight.count ? weight[index] : 1))
    }
    let combined = try AdapterCombination(on: machine.makeCPU()).combine(parts, by: combination)
    try combined.write(to: destination)
    let description = AdapterDescription(try StoredAdapter.open(destination))
    if output.json { return try output.result(description.json.text) }
    for line in description.lines { output.remark(line) }
    try output.result(destination)
  }
}
