import InkTensor
import InkTraining
import Testing

/// Recipes that were damaged anywhere are read or refused.
@Suite struct DamagedRecipeTests {
  private static let text = """
    task: pretrain
    seed: 42
    model: {config: {model_type: gpt2, n_layer: 4}, deviation: 0.02}
    tokenizer: {vocabulary: 4096}
    objective: {kind: masked, rate: 0.2}
    data: &data
      - {path: [a.txt, "b*"], columns: {text: body}, weight: 2}
    validation: *data
    sequence: {length: 128, packing: concatenate}
    train: {method: lora, rank: 8, targets: [q_proj]}
    optimizer: {kind: adamw, learning_rate: 3e-4, betas: [0.9, 0.95], groups: [{match: "*", rate: 2}]}
    schedule: {kind: cosine, warmup: 10}
    steps: 100
    """

  @Test("A recipe with some bytes changed, taken away or put in is read or refused, never trapped on")
  func damaged() throws {
    var random = RandomStream(seed: 11, name: "damaged recipes")
    let bytes = Array(Self.text.utf8)
    let alphabet = Array("{}[]:,&*!|>'\"%@`#?-\n\t 09.eE\u{0}x".utf8)
    func below(_ bound: Int) -> Int { min(Int(random.nextUniform() * Double(bound)), bound - 1) }
    var (read, refused) = (0, 0)
    for _ in 0..<600 {
      var changed = bytes
      for _ in 0...below(3) {
        let place = below(changed.count)
        let byte = alphabet[below(alphabet.count)]
        switch below(3) {
        case 0: changed[place] = byte
        case 1: changed.remove(at: place)
        default: changed.insert(byte, at: place)
        }
      }
      do throws(TrainingError) {
        _ = try Recipe(yaml: String(decoding: changed, as: UTF8.self), file: "recipe.yaml")
        read += 1
      } catch {
        #expect(error.description.contains("recipe.yaml"))
        refused += 1
      }
    }
    #expect(try Recipe(yaml: Self.text, file: "recipe.yaml").data.count == 1)
    #expect(read > 0 && refused > 100)
  }
}
