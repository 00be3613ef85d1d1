import InkFormats
import InkModels
import InkTensor
import Testing

@Suite struct GoldenClassifierTests {
  @Test(
    "Loss and gradients of every weight of a classifier are the reference's", arguments: ActivationMemory.allCases)
  func bert(activations: ActivationMemory) throws {
    let golden = GoldenTraining("bert_cls")
    let expected = try golden.open("loss_and_grads")
    let (ids, mask) = (try expected.tensor("input_ids"), try expected.tensor("attention_mask").toIntegers())
    let (values, length) = (ids.toIntegers(), ids.shape[1])
    let inputs = (0..<ids.shape[0]).map { row in
      EncoderInput(
        tokens: (row * length..<(row + 1) * length).filter { mask[$0] != 0 }.map { Int32(values[$0]) })
    }
    let labels = try expected.tensor("labels").toIntegers().map { Int32($0) }
    let cpu = CPU(threads: 2)
    let folder = try ModelFolder.open(golden.folder)
    let source = try folder.weights.open()
    let family = try EncoderRegistry.encoder(modelType: folder.config["model_type"].string)
    let spec = try family.spec(ModelConfiguration(folder.config), stored: source)
    let weights = try family.huggingFaceWeights(spec).load(source)
    let model = try EncoderLM(spec: spec, weights: weights, use: .trainingAll, cpu: cpu)
    let store = GradientStore(of: model.parameters.map(\.value))
    let loss = try cpu.valueAndGradient(of: store) { cpu in
      let states = model.states(of: inputs, activations: activations, on: cpu)
      let logits = try #require(model.classLogits(states, on: cpu))
      // Through the identity the classes are a vocabulary.
      let count = logits.shape[1]
      let identity = Tensor((0..<count * count).map { $0 % (count + 1) == 0 ? 1 : 0 }, shape: [count, count])
      return cpu.crossEntropy(
        logits, weight: .dense(identity), targets: labels,
        rowWeights: labels.map { _ in 1 / Float(labels.count) }
      ).loss
    }
    expectClose(loss.toArray(), try expected.tensor("loss").toArray(), "loss")
    let gradients = try model.parameters.map { parameter in
      (parameter.name, try #require(store[parameter.value], "no gradient of \(parameter.name)"))
    }
    let exported = try weights.checkpointTensors(of: gradients)
    #expect(exported.count == expected.tensorNames.filter { $0.hasPrefix("grad.") }.count)
    for tensor in exported {
      expectClose(
        try tensor.float32().toArray(), try expected.tensor("grad.\(tensor.name)").toArray(), tensor.name)
    }
  }
}
