using Greenery.Publishing;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>
/// Of every ops table, docs/ops-schema.md says how long its rows are kept: by the setting, and then old rows are
/// deleted, or for a reason that is written there.
/// </summary>
public sealed class OpsKeepingTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Setting = "`Greenery:Retention:Ledgers`";

    private static readonly MarkdownPage Page = new("docs/ops-schema.md");

    [Fact]
    public async Task Each_table_has_a_rule_or_a_reason()
    {
        var tables = await database.ListAsync<string>(
            "select relname::text from pg_class where relnamespace = 'ops'::regnamespace and relkind in ('r', 'p')");

        Assert.NotEmpty(tables);
        Assert.All(tables, table =>
        {
            var said = Kept(table);
            Assert.True(said is not null, $"docs/ops-schema.md does not say how long rows of ops.{table} are kept.");
            var isDeleted = OpsRetention.Tables.Contains(table);
            Assert.Equal((table, isDeleted), (table, said.Contains(Setting, StringComparison.Ordinal)));
            Assert.True(isDeleted || said.Split(' ').Length > 4, $"ops.{table}: '{said}' is no reason.");
        });
    }

    [Fact]
    public async Task A_rule_is_of_a_table_that_is_there() => Assert.Empty(OpsRetention.Tables.Except(
        await database.ListAsync<string>(
            "select relname::text from pg_class where relnamespace = 'ops'::regnamespace and relkind in ('r', 'p')")));

    // The sentence that begins with "Kept", before the table of columns.
    private static string? Kept(string table)
    {
        var text = Page.Section($"`ops.{table}`").Split("\n|")[0].ReplaceLineEndings(" ").Replace("*Internal.* ", "",
            StringComparison.Ordinal);
        var at = text.IndexOf("Kept", StringComparison.Ordinal);
        return at < 0 ? null : text[at..].Trim();
    }
}
