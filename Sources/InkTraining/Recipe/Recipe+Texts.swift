import InkData

extension Recipe {
  /// The texts that a run learns from, for a tokenizer that is trained on them first.
  ///
  /// - Throws: what reading the data throws; `data` for records that are no texts.
  package var trainingTexts: [String] {
    get throws(TrainingError) {
      var texts: [String] = []
      do throws(DataError) {
        for source in trainingSources {
          let dataset = try Dataset(source)
          for index in 0..<dataset.count {
            switch try dataset.example(at: index) {
            case .text(let text): texts.append(text)
            case .completion(let completion): texts.append(completion.prompt + completion.completion)
            case .conversation, .labelled, .tagged, .related, .preference:
              throw DataError(
                .unsupported, context: "\(dataset.origin(at: index))", expected: "texts to train a tokenizer on",
                found: "another kind of record", hint: "Name a tokenizer that is there instead.")
            }
          }
        }
      } catch { throw TrainingError(error) }
      return texts
    }
  }
}
