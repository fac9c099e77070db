namespace Greenery.Sources;

/// <summary>Verifies what the contract says of a table's partitions and of how long its rows are kept.</summary>
internal static class PartitionConfig
{
    private static readonly ColumnKind[] Times = [ColumnKind.Date, ColumnKind.Timestamp, ColumnKind.TimestampTz];

    /// <param name="config">The <c>config</c> that has the keys.</param>
    /// <param name="table">The table as it is described.</param>
    public static void Verify(PropertyMap config, SourceTable table)
    {
        if (table.Partition is { } rule)
        {
            VerifyColumn(config, table, rule, config.Reference("partition_by")!.Place);
        }
        if (table.Keep is null)
        {
            return;
        }
        var place = config.Reference("keep")!.Place;
        if (!config.Has("partition_by"))
        {
            config.RefuseAt(place, $"'keep: {table.Keep}' of '{table.Name}' has no partition_by, and only whole "
                + $"partitions are removed; expected partition_by with {PartitionRule.Form} beside it.");
        }
        if (table.Snapshot is not null)
        {
            config.RefuseAt(place, $"'keep: {table.Keep}' of '{table.Name}' does not go with 'snapshot': each drop is "
                + "the complete table and would bring the removed rows again; expected one of them.");
        }
        if (table.HasHistory)
        {
            config.RefuseAt(place, $"'keep: {table.Keep}' of '{table.Name}' does not go with 'history', which keeps "
                + "every version of every row; expected one of them.");
        }
    }

    private static void VerifyColumn(PropertyMap config, SourceTable table, PartitionRule rule, string place)
    {
        if (table.Columns.FirstOrDefault(column => column.Name == rule.Column) is not { } column)
        {
            var times = table.Columns.Where(IsTime).Select(other => other.Name).ToList();
            config.RefuseAt(place, $"partition_by names '{rule.Column}', which is no column of '{table.Name}'; "
                + $"{Expected(times)}{Suggestion.Sentence(rule.Column, times)}");
        }
        else if (!IsTime(column))
        {
            config.RefuseAt(place, $"partition_by names '{rule.Column}' of '{table.Name}', which is {column.Type}; "
                + Expected([.. table.Columns.Where(IsTime).Select(other => other.Name)]));
        }
    }

    private static bool IsTime(SourceColumn column) => Times.Contains(column.Type.Kind);

    private static string Expected(List<string> times) => "expected a date, timestamp or timestamptz"
        + (times.Count == 0 ? ", and it has none." : $" ({string.Join(", ", times)}).");
}
