namespace Greenery.Reports.Data;

/// <summary>A habit of buyers: its average among those who bought again and those who bought once.</summary>
/// <param name="IsComparable">False where having ordered more often moves it by itself.</param>
/// <param name="EffectSize">The difference per standard deviation; null where all buyers are alike.</param>
public sealed record RepeatSignal(
    string Signal, bool IsComparable, decimal? RepeatAverage, decimal? OneTimeAverage, decimal? EffectSize,
    long RepeatBuyers,
    long OneTimeBuyers);
