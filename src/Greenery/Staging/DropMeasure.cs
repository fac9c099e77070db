namespace Greenery.Staging;

/// <summary>
/// A number that is taken of a drop's rows while they are loaded, and kept in <c>ops.check_value</c>.
/// </summary>
/// <param name="Subject">The check that asks for it.</param>
/// <param name="Category">What it is of, where a check has several numbers.</param>
/// <param name="Value">SQL aggregate over the rows.</param>
/// <param name="Of">SQL aggregate: the rows it is of.</param>
/// <param name="Asked">Identifies the question: numbers of other questions are not comparable.</param>
public sealed record DropMeasure(string Subject, string Category, string Value, string Of, string Asked);
