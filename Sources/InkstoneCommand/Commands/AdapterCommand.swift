package import ArgumentParser

/// `inkstone adapter`: what is done to adapters as files.
package struct AdapterCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "adapter", abstract: "Show adapters, combine them, and merge them into their base.",
    discussion: """
        inkstone adapter show runs/lora/final
        inkstone adapter merge smollm2-135m runs/lora/final ./assistant
        inkstone adapter combine ./both --adapter runs/lora/final --adapter ./poems --weight 0.7 --weight 0.3
      """,
    subcommands: [ShowAdapterCommand.self, MergeAdapterCommand.self, CombineAdaptersCommand.self])

  package init() {}
}
