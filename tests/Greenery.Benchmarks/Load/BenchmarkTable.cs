using Greenery.Sources;

namespace Greenery.Benchmarks.Load;

/// <summary>The contract of the events that are measured.</summary>
internal static class BenchmarkTable
{
    public const string Columns =
        "event_id uuid, session_id uuid, user_id uuid, page_url text, created_at timestamptz, event_type text, "
        + "order_id uuid, product_id uuid";

    public static SourceTable Named(string name) => new()
    {
        Name = name,
        DropName = name,
        Place = "benchmark",
        PrimaryKey = ["event_id"],
        Columns = [.. Columns.Split(", ").Select(Parse)],
    };

    private static SourceColumn Parse(string column)
    {
        var parts = column.Split(' ');
        return ColumnType.TryParse(parts[1], out var type)
            ? new SourceColumn(parts[0], type)
            : throw new InvalidOperationException(column);
    }
}
