namespace Greenery.Reports.Data;

/// <summary>Rows in the drops of one source table and day, and how many of them were put aside.</summary>
public sealed record DayVolume(string Table, DateOnly Date, long Rows, long Quarantined);
