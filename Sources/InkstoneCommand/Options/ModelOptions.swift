package import ArgumentParser
package import InkFormats
package import InkTensor

/// Which model, and what it may use.
package struct ModelOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("A built-in name, a .gguf file, a folder or org/name[:quant][@revision].", valueName: "model"))
  package var model = ModelRegistry.defaultName

  @OptionGroup package var machine: MachineOptions

  package init() {}
}

/// A model given by its place or with `--model`.
package struct ModelArgument: ParsableArguments {
  @Argument(help: "A built-in name, a .gguf file, a folder or org/name[:quant][@revision].")
  package var name: String?

  @Option(name: [.customShort("m"), .customLong("model")], help: "The same as an option.")
  package var option: String?

  @OptionGroup package var machine: MachineOptions

  package init() {}

  package func validate() throws {
    if let name, let option, name != option {
      throw ValidationError("Two models are named: \(name) and \(option). Name one.")
    }
  }

  /// The model that was named, or the default.
  package var model: String { name ?? option ?? ModelRegistry.defaultName }
}

/// What of the machine may be used.
package struct MachineOptions: ParsableArguments {
  @Option(
    name: [.customShort("t"), .long],
    help: "Threads that compute; one for each processor when left out. The result does not depend on it.")
  package var threads: Int?

  @Flag(help: "Use only what is on this machine.")
  package var offline = false

  package init() {}

  package func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads).")
    }
  }

  /// Whether a model may be fetched.
  package var network: HubConfiguration.Network { offline ? .offline : .online }

  /// The backend that was asked for.
  package func makeCPU() -> CPU { CPU(threads: threads ?? ThreadPool.processorCount) }
}
