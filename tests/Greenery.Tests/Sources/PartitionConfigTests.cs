using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

/// <summary>What is wrong with partitions and retention is said with file and line before anything runs.</summary>
public sealed class PartitionConfigTests
{
    private const string Events =
        """
        sources:
          - name: shop
            tables:
              - name: events
                config:
                  CONFIG
                columns:
                  - {name: event_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: session_id, data_type: integer}
                  - {name: created_at, data_type: timestamptz}
                  - {name: day, data_type: date}
        """;

    [Theory]
    [InlineData("partition_by: created_at month", "created_at month", null)]
    [InlineData("{partition_by: day year, keep: 3 years}", "day year", "3 years")]
    [InlineData("{partition_by: created_at day, keep: 1 day}", "created_at day", "1 day")]
    public void They_are_read(string config, string rule, string? keep)
    {
        var (tables, diagnostics) = Read(config);

        Assert.Empty(diagnostics);
        Assert.Equal((rule, keep), ($"{tables[0].Partition}", tables[0].Keep?.ToString()));
    }

    [Theory]
    [InlineData("partition_by: created_at week",
        "6: 'partition_by: created_at week' divides no table; expected a column "
        + "and day, month or year (created_at month).")]
    [InlineData("partition_by: created_at mont",
        "6: 'partition_by: created_at mont' divides no table; expected a column "
        + "and day, month or year (created_at month). Did you mean 'month'?")]
    [InlineData("partition_by: created_at",
        "6: 'partition_by: created_at' divides no table; expected a column and day, "
        + "month or year (created_at month).")]
    [InlineData("partition_by: creatd_at month", "6: partition_by names 'creatd_at', which is no column of 'events'; "
        + "expected a date, timestamp or timestamptz (created_at, day). Did you mean 'created_at'?")]
    [InlineData("partition_by: session_id month", "6: partition_by names 'session_id' of 'events', which is integer; "
        + "expected a date, timestamp or timestamptz (created_at, day).")]
    [InlineData("keep: 25 months",
        "6: 'keep: 25 months' of 'events' has no partition_by, and only whole partitions are "
        + "removed; expected partition_by with a column and day, month or year (created_at month) beside it.")]
    [InlineData("{partition_by: day month, keep: 0 months}",
        "6: 'keep: 0 months' is no period; expected a number of days, "
        + "months or years (25 months).")]
    [InlineData("{partition_by: day month, keep: forever}",
        "6: 'keep: forever' is no period; expected a number of days, "
        + "months or years (25 months).")]
    [InlineData("{partition_by: day month, keep: 2 months, snapshot: true}",
        "6: 'keep: 2 months' of 'events' does not go "
        + "with 'snapshot': each drop is the complete table and would bring the removed rows again; expected one of "
        + "them.")]
    [InlineData("{partition_by: day month, keep: 2 months, history: [day]}",
        "6: 'keep: 2 months' of 'events' does not go "
        + "with 'history', which keeps every version of every row; expected one of them.")]
    public void What_is_wrong_is_said_with_its_line(string config, string message) =>
        Assert.Equal($"sql/sources.yml:{message}", Assert.Single(Read(config).Diagnostics).ToString());

    [Fact]
    public void A_source_divides_no_table() => Assert.Equal(
        "sql/sources.yml:2: has a partition_by or keep; expected it in the config of a table: it is about its column.",
        Assert.Single(ReadAll(Events.Replace("CONFIG", "required: true", StringComparison.Ordinal).Replace(
            "    tables:", "    config: {keep: 2 months}\n    tables:", StringComparison.Ordinal))
            .Diagnostics).ToString());

    [Fact]
    public void A_table_with_the_name_of_a_partition_is_refused() => Assert.Equal(
        "sql/sources.yml:12: the name 'events_p_1' may be that of a partition of events; expected another.",
        Assert.Single(ReadAll(Events.Replace("CONFIG", "partition_by: day month", StringComparison.Ordinal)
            + "\n      - {name: events_p_1, columns: [{name: id, data_type: uuid, "
            + "constraints: [{type: primary_key}]}]}")
            .Diagnostics).ToString());

    private static (IReadOnlyList<SourceTable> Tables, List<Diagnostic> Diagnostics) Read(string config) =>
        ReadAll(config.StartsWith('{')
            ? Events.Replace("config:\n          CONFIG", $"\n        config: {config}", StringComparison.Ordinal)
            : Events.Replace("CONFIG", config, StringComparison.Ordinal));

    private static (IReadOnlyList<SourceTable> Tables, List<Diagnostic> Diagnostics) ReadAll(string yaml)
    {
        using var folder = new TestDataFolder();
        File.WriteAllText(Path.Combine(folder.Path, "sources.yml"), yaml);
        var diagnostics = new List<Diagnostic>();
        return (SourceCatalogue.Read(folder.Path, diagnostics), diagnostics);
    }
}
