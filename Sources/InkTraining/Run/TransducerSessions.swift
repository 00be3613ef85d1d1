import InkData
import InkFormats
import InkModels
import InkNN
import InkTensor
import InkTokenizers

/// Sessions of encoders with a decoder.
struct TransducerSessions {
  private let recipe: Recipe
  private let checkpoint: EncoderDecoderCheckpoint
  private let tokenizer: Tokenizer
  private let cpu: CPU

  init(
    _ recipe: Recipe, checkpoint: EncoderDecoderCheckpoint, tokenizer: Tokenizer, on cpu: CPU
  ) throws(TrainingError) {
    self.recipe = recipe
    self.checkpoint = checkpoint
    self.tokenizer = tokenizer
    self.cpu = cpu
    try tokenizer.requireFit(vocabulary: checkpoint.spec.vocabulary)
    if let limit = checkpoint.spec.encoder.contextLength {
      try recipe.requireLength(atMost: limit - recipe.weights.virtualTokenCount)
    }
  }

  var session: any TrainingSession {
    get throws(TrainingError) {
      var model: EncoderDecoderLM
      do { model = try checkpoint.load(use: recipe.weightUse, on: cpu) } catch { throw TrainingError(error) }
      let weights = model.parameters
      let adapter = try TrainedAdapter(
        recipe, base: checkpoint, model: model, tokenizer: tokenizer, on: cpu)
      if let adapter {
        do { model = try model.attaching([adapter.adapter]) } catch { throw TrainingError(error) }
      }
      let trained: [Parameter] =
        if let adapter { adapter.adapter.parameters } else { try recipe.weights.chosen(from: weights) }
      let fingerprint = adapter?.fingerprint ?? (trained.count < weights.count ? model.fingerprint(on: cpu) : nil)
      let transducer = SequenceTransducer(
        model: model, parameters: trained,
        labelSmoothing: Float(recipe.optimization.labelSmoothing), dropout: Float(recipe.dropout),
        activations: recipe.activations, ranks: adapter?.ranks)
      let data: SessionData<SequenceTransducer, SequencePairTask>
      do throws(DataError) {
        data = try SessionData(recipe, datasets: try recipe.datasets(recipe.trainingSources), task: try task)
      } catch { throw TrainingError(error) }
      let (checkpoint, recipe, type) = (checkpoint, recipe, recipe.writtenType)
      return TaskSession(
        recipe, model: transducer, weights: weights, adapter: adapter, data: data, fingerprint: fingerprint,
        remarks: [],
        on: cpu,
        base: { () throws(TrainingError) in
          try BaseMemory(
            weights, sites: transducer.model.adapterSites + transducer.model.encoder.tables, held: recipe.weights.base,
            written: checkpoint.family.huggingFaceWeights(checkpoint.spec), source: try checkpoint.storedTensors)
        }
      ) { (destination, companions) throws(TrainingError) in
        do throws(ModelLoadError) {
          try checkpoint.write(weights, to: destination, companions: companions, as: type)
        } catch { throw TrainingError(error) }
      }
    }
  }

  private var task: SequencePairTask {
    get throws(DataError) {
      var corruption: SpanCorruption?
      if case .spanCorruption(let density, let meanLength) = recipe.objective {
        let sentinels = SpanCorruption.sentinels(of: tokenizer)
        guard !sentinels.isEmpty else {
          throw DataError(
            .unsupported, context: "tokenizer", expected: "tokens <extra_id_0>, <extra_id_1>, … that stand for spans",
            found: "none", hint: "Training by span corruption needs a tokenizer of T5's kind.")
        }
        corruption = try SpanCorruption(density: density, meanSpanLength: meanLength, sentinels: sentinels)
      }
      guard let start = checkpoint.spec.startToken ?? tokenizer.roles.padding else {
        throw DataError(
          .unsupported, context: "model", expected: "a token that targets begin with",
          found: "neither decoder_start_token_id nor a padding token")
      }
      return try SequencePairTask(
        encoder: EncoderText(
          tokenizer: tokenizer, contextLength: recipe.sequence.length, overlong: recipe.overlong),
        corruption: corruption, decoderStart: start)
    }
  }
}

extension EncoderDecoderCheckpoint {
  /// The files of its weights; nil for weights that are drawn.
  fileprivate var storedTensors: (any TensorSource)? {
    get throws(TrainingError) {
      switch origin {
      case .fresh: return nil
      case .folder(let folder): do { return try folder.weights.open() } catch { throw TrainingError(error) }
      }
    }
  }
}
