using Greenery.Sources;
using Greenery.Tests.Support;

namespace Greenery.Tests.Sources;

/// <summary>Where rows of a source table are on a cluster, and what of it a cluster could not do.</summary>
public sealed class DistributionConfigTests
{
    private const string Types =
        "the node of a row is found by a hash of the value, so that equal values must be exactly the same. Expected "
        + "uuid, text, varchar(n), integer, bigint, numeric, boolean, date, time, timestamp or timestamptz.";

    private const string Events =
        """
        sources:
          - name: shop
            tables:
              - name: events
                config: {CONFIG}
                constraints: [{type: primary_key, columns: [event_id, session_id, weight, labels, payload]}]
                columns:
                  - {name: event_id, data_type: integer}
                  - {name: session_id, data_type: varchar(40)}
                  - {name: user_id, data_type: uuid}
                  - {name: day, data_type: date}
                  - {name: weight, data_type: double precision}
                  - {name: labels, data_type: "text[]"}
                  - {name: payload, data_type: jsonb}
        """;

    [Theory]
    [InlineData("distributed_by: event_id", "distributed by event_id")]
    [InlineData("distributed_by: session_id, partition_by: day month, reference: false", "distributed by session_id")]
    [InlineData("reference: true", "reference")]
    [InlineData("reference: false", "")]
    [InlineData("required: true", "")]
    public void It_is_read(string config, string distribution)
    {
        var (tables, diagnostics) = Read(config);

        Assert.Empty(diagnostics);
        Assert.Equal(distribution, $"{tables[0].Distribution}");
    }

    [Theory]
    [InlineData("distributed_by: event_id, reference: true",
        "has 'distributed_by: event_id' and 'reference: true'; expected one of them: rows are spread over the nodes "
        + "by a column, or all of them are on every node.")]
    [InlineData("distributed_by: 'event_id, session_id'",
        "'distributed_by: event_id, session_id' names 2 columns; expected one column (user_id).")]
    [InlineData("distributed_by: [event_id, session_id]",
        "'distributed_by' holds a list; expected one column (user_id).")]
    [InlineData("distributed_by: ' '", "'distributed_by:  ' names no column; expected one column (user_id).")]
    [InlineData("reference: always", "'reference' holds 'always'; expected true or false.")]
    [InlineData("distributed_by: sesion_id",
        "distributed_by names 'sesion_id', which is no column of 'events'; expected a column of its primary key "
        + "(event_id, session_id, weight, labels, payload). Did you mean 'session_id'?")]
    [InlineData("distributed_by: user_id",
        "distributed_by names 'user_id', which is not in the primary key of 'events' (event_id, session_id, weight, "
        + "labels, payload): each node keeps a key unique among its own rows only, and rows with the same key could "
        + "be on two nodes. Expected 'user_id' in the key, a column of the key, or 'reference: true'.")]
    [InlineData("distributed_by: weight", "distributed_by names 'weight' of 'events', which is double precision: "
        + Types)]
    [InlineData("distributed_by: labels", "distributed_by names 'labels' of 'events', which is text[]: " + Types)]
    [InlineData("distributed_by: payload", "distributed_by names 'payload' of 'events', which is jsonb: " + Types)]
    [InlineData("partition_by: day month, reference: true",
        "'events' has 'reference: true' and partition_by; a cluster partitions only tables that are distributed by a "
        + "column. Expected distributed_by, or no partition_by.")]
    public void What_is_wrong_is_said_with_its_line(string config, string message) =>
        Assert.Equal($"sql/sources.yml:5: {message}", Assert.Single(Read(config).Diagnostics).ToString());

    [Fact]
    public void The_place_is_that_of_the_value() => Assert.StartsWith(
        "sql/sources.yml:7: distributed_by names 'user_id'",
        Assert.Single(Read("\n          required: true,\n          distributed_by: user_id").Diagnostics).ToString(),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("distributed_by: event_id", "distributed_by")]
    [InlineData("reference: true", "reference")]
    public void A_source_places_no_table(string config, string key) => Assert.Equal(
        $"sql/sources.yml:2: has a {key}; expected it in the config of a table: it is about its rows.",
        Assert.Single(ReadAll(Events.Replace("CONFIG", "required: true", StringComparison.Ordinal).Replace(
            "    tables:", $"    config: {{{config}}}\n    tables:", StringComparison.Ordinal))
            .Diagnostics).ToString());

    private static (IReadOnlyList<SourceTable> Tables, List<Diagnostic> Diagnostics) Read(string config) =>
        ReadAll(Events.Replace("CONFIG", config, StringComparison.Ordinal));

    private static (IReadOnlyList<SourceTable> Tables, List<Diagnostic> Diagnostics) ReadAll(string yaml)
    {
        using var folder = new TestDataFolder();
        File.WriteAllText(Path.Combine(folder.Path, "sources.yml"), yaml);
        var diagnostics = new List<Diagnostic>();
        return (SourceCatalogue.Read(folder.Path, diagnostics), diagnostics);
    }
}
