namespace Greenery.Checks;

/// <summary>A day's number.</summary>
/// <param name="Day">The business date.</param>
/// <param name="Value">The amount, or how many of <paramref name="Of"/> it is.</param>
/// <param name="Of">The rows it was taken of; 0 when that is not known.</param>
internal sealed record DayValue(DateOnly Day, double Value, double Of)
{
    /// <summary>The number that is compared; null for a share of nothing.</summary>
    public double? On(UsualScale scale) =>
        scale == UsualScale.Amount ? Value : Of > 0 ? Value / Of : null;
}
