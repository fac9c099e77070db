using System.Globalization;

namespace Greenery.SampleData;

/// <summary>How large a shop to invent, and for how many days.</summary>
internal sealed record SampleOptions
{
    internal const int MaxScale = 10_000;

    internal const int MaxDays = 366;

    /// <summary>
    /// 1 (the default) is 150 users and about 110 orders and 900 events a day; N is N times that. 1 to 10000.
    /// </summary>
    public int Scale { get; init; } = 1;

    /// <summary>How many daily drops to write; 3 by default. 1 to 366.</summary>
    public int Days { get; init; } = 3;

    /// <summary>The same seed gives the same bytes on every machine; 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The date of the opening drop, which also holds the 30 days before it; 2026-11-20 by default.</summary>
    public DateOnly FirstDate { get; init; } = new(2026, 11, 20);

    /// <summary>Whether the last day holds a few bad rows; true by default; other rows stay the same.</summary>
    public bool PlantBadRows { get; init; } = true;

    /// <exception cref="ConfigurationException">All values that are out of range.</exception>
    internal void Validate()
    {
        List<Diagnostic> diagnostics = [];
        Expect("--scale", Scale, MaxScale, diagnostics);
        Expect("--days", Days, MaxDays, diagnostics);
        if (FirstDate.Year is < 2000 or > 2100)
        {
            var found = FirstDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            diagnostics.Add(new Diagnostic("first date", $"{found} was given, a date from 2000 to 2100 is expected."));
        }
        if (diagnostics.Count > 0)
        {
            throw new ConfigurationException(diagnostics);
        }
    }

    private static void Expect(string place, int found, int most, List<Diagnostic> diagnostics)
    {
        if (found < 1 || found > most)
        {
            diagnostics.Add(new Diagnostic(place, string.Create(
                CultureInfo.InvariantCulture, $"{found} was given, a number from 1 to {most} is expected.")));
        }
    }
}
