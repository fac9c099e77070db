using System.Globalization;
using Greenery.Presentation;
using Greenery.Reports.Data;

namespace Greenery.Reports.Shop;

/// <summary>Shares by row and column, the higher the deeper in colour.</summary>
/// <param name="Corner">What the rows are.</param>
/// <param name="Columns">Heads, from the left.</param>
/// <param name="Rows">From the top.</param>
public sealed record HeatMap(string Corner, IReadOnlyList<string> Columns, IReadOnlyList<HeatRow> Rows)
{
    /// <summary>Steps of colour; 0 is none.</summary>
    public const int Levels = 6;

    /// <summary>A share of fewer is mostly chance, and has no colour.</summary>
    public const long FewestOf = 30;

    /// <summary>Conversion by region and period; null without sessions.</summary>
    public static HeatMap? OfConversion(IReadOnlyList<CohortConversion> cohorts, Clock clock)
    {
        var periods = cohorts.Select(cohort => (cohort.From, cohort.To)).Distinct().Order().ToList();
        if (periods.Count == 0)
        {
            return null;
        }
        var regions = cohorts.GroupBy(cohort => cohort.Region ?? "")
            .OrderBy(region => region.Key.Length == 0).ThenByDescending(region => region.Sum(one => one.Sessions))
            .ThenBy(region => region.Key, StringComparer.Ordinal).ToList();
        var rows = regions.Select(region => (Name: region.Key.Length == 0 ? "other regions" : region.Key,
            Cohorts: region.ToList())).Prepend((Name: "all regions", Cohorts: cohorts.ToList())).ToList();
        var cells = rows.Select(row => periods.Select(period => Add(row.Cohorts, period)).ToList()).ToList();
        var range = HeatRange.Of(cells.SelectMany(row => row));
        return new HeatMap(
            "Region",
            [.. periods.Select(period => Describe(period, clock))],
            [.. rows.Zip(cells, (row, counts) => new HeatRow(
                row.Name, NumberFormat.Count(row.Cohorts.Sum(one => one.Sessions), "session"),
                [.. counts.Select(count => HeatCell.Of(count.Part, count.Whole, range, "session"))]))]);
    }

    /// <summary>Who ordered again, by month of the first order; null before a second month.</summary>
    public static HeatMap? OfRetention(IReadOnlyList<CohortMonth> months)
    {
        var later = months.Where(month => month.MonthsSince > 0).ToList();
        if (later.Count == 0)
        {
            return null;
        }
        var range = HeatRange.Of(later.Select(month => (month.Active, month.Users)));
        var columns = Enumerable.Range(1, later.Max(month => month.MonthsSince)).ToList();
        return new HeatMap(
            "First order",
            [.. columns.Select(since => since == 1 ? "1 month later" : $"{since} months later")],
            [.. months.GroupBy(month => month.Month).OrderByDescending(cohort => cohort.Key)
                .Select(cohort => Row([.. cohort], columns, range))]);
    }

    private static HeatRow Row(IReadOnlyList<CohortMonth> cohort, IEnumerable<int> columns, HeatRange range) => new(
        cohort[0].Month.ToString("MMM yyyy", CultureInfo.InvariantCulture),
        NumberFormat.Count(cohort[0].Users, "buyer"),
        [.. columns.Select(since => cohort.FirstOrDefault(month => month.MonthsSince == since) is not { } month
            ? HeatCell.Empty
            : HeatCell.Of(month.Active, month.Users, range, "buyer") with { IsProvisional = !month.IsComplete })]);

    private static (long Part, long Whole) Add(
        IEnumerable<CohortConversion> cohorts, (DateOnly From, DateOnly To) period)
    {
        var own = cohorts.Where(cohort => (cohort.From, cohort.To) == period).ToList();
        return (own.Sum(one => one.Converted), own.Sum(one => one.Sessions));
    }

    private static string Describe((DateOnly From, DateOnly To) period, Clock clock) => period.From == period.To
        ? clock.Day(period.To) : $"{clock.Day(period.From)} to {clock.Day(period.To)}";
}

/// <summary>A line of a heat map.</summary>
/// <param name="Basis">How many it is about, in words.</param>
public sealed record HeatRow(string Name, string Basis, IReadOnlyList<HeatCell> Cells);

/// <summary>A share, in words and in a step of colour.</summary>
/// <param name="Text"><c>4.1 %</c>; empty where there is nothing.</param>
/// <param name="Basis">How many it is a share of: <c>of 1,204 sessions</c>.</param>
/// <param name="Level">From 0 to <see cref="HeatMap.Levels"/>; 0 also for a share of few.</param>
public sealed record HeatCell(string Text, string Basis, int Level)
{
    /// <summary>Its time is not over: the share may still rise.</summary>
    public bool IsProvisional { get; init; }

    /// <summary>Of a time that has not come.</summary>
    public static HeatCell Empty { get; } = new("", "", 0);

    /// <param name="part">How many.</param>
    /// <param name="whole">Of how many.</param>
    /// <param name="range">Between which shares the colour deepens.</param>
    /// <param name="noun">What one of them is.</param>
    public static HeatCell Of(long part, long whole, HeatRange range, string noun)
    {
        if (whole == 0)
        {
            return new HeatCell("-", $"no {noun}s", 0);
        }
        var share = (decimal)part / whole;
        return new HeatCell(
            NumberFormat.Share(share), $"of {NumberFormat.Count(whole, noun)}",
            whole < HeatMap.FewestOf ? 0 : range.LevelOf(share));
    }
}

/// <summary>The shares with the palest and the deepest colour.</summary>
/// <param name="Least">The lowest one.</param>
/// <param name="Most">The highest one.</param>
public sealed record HeatRange(decimal Least, decimal Most)
{
    /// <summary>Of all that have a colour: a share of few would take it from the others.</summary>
    public static HeatRange Of(IEnumerable<(long Part, long Whole)> cells)
    {
        var shares = cells.Where(cell => cell.Whole >= HeatMap.FewestOf)
            .Select(cell => (decimal)cell.Part / cell.Whole).ToList();
        return shares.Count == 0 ? new HeatRange(0, 0) : new HeatRange(shares.Min(), shares.Max());
    }

    /// <summary>From 1; the middle where all shares are the same.</summary>
    public int LevelOf(decimal share) => Most == Least ? HeatMap.Levels / 2
        : 1 + (int)Math.Round((share - Least) / (Most - Least) * (HeatMap.Levels - 1));
}
