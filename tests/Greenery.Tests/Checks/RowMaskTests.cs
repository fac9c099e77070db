using System.Text.Json.Nodes;
using Greenery.Checks;
using Greenery.Models.Sql;
using Greenery.Tests.Support;

namespace Greenery.Tests.Checks;

/// <summary>What rows of a query check show when it reads personal columns.</summary>
public sealed class RowMaskTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    public async Task InitializeAsync() => await database.RunAsync(
        """
        create table if not exists dim_users (user_id int, plan text, seen int default 1, payload jsonb, name text, email text);
        truncate dim_users;
        insert into dim_users values (1, 'gold', 2, '{"a": 1}', 'Jane', 'jane@x.example')
        """);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("select user_id, plan, email from dim_users", "plan user_id")]
    [InlineData("select u.user_id, u.plan as plan, u.seen from dim_users as u", "plan seen user_id")]
    [InlineData("select * from dim_users", "payload plan seen user_id")]
    [InlineData("select u.* from dim_users u where u.plan like 'g%' and user_id > 0 order by plan desc",
        "payload plan seen user_id")]
    [InlineData("select user_id, email as contact, lower(name) as who, u as whole from dim_users as u", "user_id")]
    [InlineData("select user_id, email as plan from dim_users", "user_id")]
    [InlineData("select user_id, email plan from dim_users", "user_id")]
    [InlineData("select user_id, lower(email) plan from dim_users", "user_id")]
    [InlineData("select user_id, case when true then email end plan from dim_users", "user_id")]
    [InlineData("select user_id, 'x ' || name || plan as plan from dim_users", "user_id")]
    [InlineData("select user_id, (email || '')::name from dim_users", "user_id")]
    [InlineData("with x as (select user_id, email as plan from dim_users) select * from x", "user_id")]
    [InlineData("with x (user_id, plan) as (select user_id, email from dim_users) select * from x", "")]
    [InlineData("select user_id, plan from dim_users union all select user_id, email from dim_users", "")]
    [InlineData("select v.plan from dim_users, lateral (values (email)) as v (plan)", "")]
    [InlineData("select v.plan from dim_users, lateral (values (email)) v(plan)", "")]
    [InlineData("select plan from dim_users plan", "")]
    [InlineData("select user_id, jsonb_build_object('m', email) as payload, plan from dim_users", "plan user_id")]
    [InlineData("select user_id, count(*) as n from dim_users group by user_id", "user_id")]
    public async Task Only_plain_columns_under_their_own_name_are_shown(string query, string shown)
    {
        var row = JsonNode.Parse(await MaskedAsync(query, []))!.AsObject();

        Assert.Equal(
            shown,
            string.Join(' ', row.Where(field => $"{field.Value}" != "***").Select(field => field.Key)
                .Order(StringComparer.Ordinal)));
        Assert.DoesNotContain("jane", row.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_column_that_the_check_declares_open_is_shown()
    {
        var row = JsonNode.Parse(await MaskedAsync(
            "select length(name) as letters, lower(name) as who from dim_users union select 1, 'x' where false",
            ["letters"]))!;

        Assert.Equal((4, "***"), ((int?)row["letters"], (string?)row["who"]));
    }

    private async Task<string> MaskedAsync(string query, string[] open)
    {
        var mask = RowMask.OfQuery(SqlTokenizer.Tokenize(query), ["name", "email"], ["dim_users"], open);
        return (await database.ValueAsync<string>($"select ({mask.Sql()})::text from ({query} limit 1) as r"))!;
    }
}
