namespace Greenery.Reports.Data;

/// <summary>Of a check that passed in no run of the strip: when it opened before that.</summary>
/// <param name="Since">The business date of the first run that found it.</param>
/// <param name="Runs">How many runs before the strip's did.</param>
public sealed record OpenSince(string CheckId, DateOnly Since, long Runs);
