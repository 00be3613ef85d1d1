package import ArgumentParser
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor

/// `inkstone convert`: the same model in other files.
package struct ConvertCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Turn a folder into GGUF, GGUF into a folder, or change types.",
    discussion: """
      A destination that ends with .gguf is written as one, any other as a folder in Hugging Face layout. Without \
      --type every tensor keeps its type; packed ones are decoded to f32 for a folder. Types such as q4_k_m give each \
      tensor the type that llama.cpp's files of that name have; rows that are no multiple of 256 get a simpler one, \
      which is said. What was written is read back and compared before the command ends.

        inkstone convert SmolLM2-135M smollm2-q8_0.gguf --type q8_0
        inkstone convert SmolLM2-135M smollm2-q4_k_m.gguf --type q4_k_m
        inkstone convert e5-small E5-f32
        inkstone convert smollm2-q8_0.gguf SmolLM2-f16 --type f16
        inkstone convert large.gguf large-split.gguf --shard-size 2GB
        inkstone convert old-model new-model --type bf16 --shard-size 2GB
      """)

  @Argument(help: "A built-in name, a .gguf file, a folder or org/name[:quant][@revision].")
  package var source: String

  @Argument(help: "The folder or .gguf file to write; new.")
  package var destination: String

  @Option(help: "The type of the matrices: \(ConvertedType.names.joined(separator: ", ")).")
  package var type: String?

  @Option(
    name: .customLong("shard-size"),
    help: "The most bytes of a file, such as 2GB; 5GB in a folder and one GGUF file when left out.")
  package var shardSize: ByteAmount?

  @Option(
    name: [.customShort("t"), .long],
    help: "Threads that pack weights; one for each processor when left out. The result does not depend on it.")
  package var threads: Int?

  @Flag(help: "Use only what is on this machine.")
  package var offline = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    _ = try convertedType()
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads).")
    }
  }

  private func convertedType() throws -> ConvertedType {
    guard let type else { return .asStored }
    guard let known = ConvertedType(name: type) else {
      throw ValidationError("--type: expected one of \(ConvertedType.names.joined(separator: ", ")), found \(type).")
    }
    return known
  }

  package mutating func run() async throws {
    let conversion = ModelConversion(
      type: try convertedType(), sharding: shardSize.map { .limit($0.bytes) },
      threads: threads ?? ThreadPool.processorCount, tokenizers: FolderTokenizerArrays())
    let opener = ModelOpener(network: offline ? .offline : .online, output: output)
    let report = try conversion.convert(try await opener.resolve(source).mainPath, to: destination)
    if output.json { return try output.result(json(report).text) }
    output.remark(
      "\(report.tensors) tensors, \(Amount.bytes(UInt64(report.bytes))): "
        + report.types.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        + "; read back and compared")
    for (type, tensors) in Dictionary(grouping: report.widened, by: \.type).sorted(by: { $0.key < $1.key }) {
      let names = tensors.map(\.name)
      let more = names.count > 3 ? " and \(names.count - 3) others" : ""
      output.remark(
        "rows are no whole blocks of the type, so they got \(type): \(names.prefix(3).joined(separator: ", "))\(more)")
    }
    let lists = [("not needed, left out", report.dropped), ("files not copied", report.uncopiedFiles)]
    for (text, names) in lists where !names.isEmpty { output.remark("\(text): \(names.joined(separator: ", "))") }
    for remark in report.remarks { output.remark(remark) }
    try output.result(report.files.count > 1 && destination.hasSuffix(".gguf") ? report.files[0] : destination)
  }

  private func json(_ report: ConversionReport) -> Report {
    func list(_ names: [String]) -> Report { .array(names.map { .string($0) }) }
    let types: Report = .object(report.types.sorted { $0.key < $1.key }.map { JSONMember($0.key, .whole($0.value)) })
    return [
      "path": .string(destination), "files": list(report.files), "tensors": .whole(report.tensors),
      "bytes": .whole(report.bytes), "types": types, "widened": list(report.widened.map { "\($0.name): \($0.type)" }),
      "dropped": list(report.dropped),
      "left_out": list(report.uncopiedFiles), "remarks": list(report.remarks),
    ]
  }
}
