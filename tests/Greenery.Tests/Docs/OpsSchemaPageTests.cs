using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Docs;

/// <summary>docs/ops-schema.md lists the tables, views and columns of a migrated database, and no others.</summary>
public sealed class OpsSchemaPageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly MarkdownPage Page = new("docs/ops-schema.md");

    [Fact]
    public async Task Its_columns_are_those_of_the_database()
    {
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);
        var there = await connection.QueryAsync<string>(
            """
            select format('ops.%s.%s', table_name, column_name) from information_schema.columns
            where table_schema = 'ops'
            """, null, CancellationToken.None);

        var documented = Page.NamesAt(3).SelectMany(table => MarkdownPage.Rows(Page.Section($"`{table}`"))
            .SelectMany(row => MarkdownPage.Names(row[0])).Select(column => $"{table}.{column}"));

        Assert.Equal(there.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Its_queries_run()
    {
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);
        var queries = Page.Blocks("sql");

        Assert.NotEmpty(queries);
        foreach (var query in queries)
        {
            await connection.ExecuteAsync(query, null, CancellationToken.None);
        }
    }
}
