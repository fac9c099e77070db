namespace Greenery.Checks;

/// <summary>A number that a check has taken, to be kept in <c>ops.check_value</c> for later days.</summary>
/// <param name="Category">What it is of, where a check has several numbers.</param>
/// <param name="Day">The business date.</param>
/// <param name="Value">The number; null when there is none.</param>
/// <param name="Of">The rows it is of; 0 when that is not known.</param>
/// <param name="Asked">Identifies the question.</param>
public sealed record TakenValue(string Category, DateOnly Day, double? Value, double Of, string Asked);
