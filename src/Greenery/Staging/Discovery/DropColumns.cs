namespace Greenery.Staging.Discovery;

/// <summary>Drops, column by column, as one statement takes them. All of one length.</summary>
internal sealed record DropColumns(
    string[] Paths, string[] SortKeys, string[] ETags, string[] Tables, DateOnly[] Dates, long[] Bytes);
