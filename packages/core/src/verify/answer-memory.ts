/** Asks each question once: many datasets come from one run, most versions bear one name, and several rules ask the same. */
export function rememberAnswers<Question extends readonly unknown[], Answer>(
  ask: (...question: Question) => Answer,
): (...question: Question) => Answer {
  const answers = new Map<string, Answer>()
  return (...question) => {
    const key = JSON.stringify(question)
    const answer = answers.get(key) ?? ask(...question)
    answers.set(key, answer)
    return answer
  }
}
