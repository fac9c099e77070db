using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Hosting;

/// <summary>A host that lives long takes a changed sql folder at the next run, and not a wrong one.</summary>
public sealed class ProjectSourceTests
{
    [Fact]
    public async Task A_changed_folder_is_taken_at_the_next_run_and_a_wrong_one_waits_until_it_is_right()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var services = Services(test);
        var host = services.GetRequiredService<PipelineHost>();
        var server = new TestHost(host);
        await server.StartAsync(new RunRequest());
        var first = host.Project.Hash;

        test.WriteSql("drafts/extra.yml", "version: 2\n");
        test.Put("2021-02-13/users.csv", "user_id,name,city\n4,Di,Oslo\n");
        await server.StartAsync(new RunRequest());

        Assert.Equal((first, RunState.Published), (host.Project.Hash, (await test.LastAsync()).State));
        Assert.Equal("sql/drafts/extra.yml", Assert.Single(host.ProjectFaults).Place);
        var health = await HealthReport.ReadAsync(host, CancellationToken.None);
        Assert.Contains(
            $"The project has changed and is wrong; runs use the one of before: {host.ProjectFaults[0]}",
            health.Warnings);
        Assert.Equal(["setting:sql/drafts/extra.yml error"], await IncidentsAsync(test, host));

        test.DeleteSql("drafts/extra.yml");
        test.WriteSql("core/fact_orders.sql", "select order_id, user_id, amount, placed_on\nfrom orders\n"
            + "where _load_seq > :since and amount > 5\n");
        await server.StartAsync(new RunRequest());

        Assert.NotEqual(first, host.Project.Hash);
        Assert.Equal(2, await test.ValueAsync<long>("select count(*) from core.fact_orders"));
        Assert.Empty(host.ProjectFaults);
        health = await HealthReport.ReadAsync(host, CancellationToken.None);
        Assert.Equal(
            (host.Project.ShortHash, host.Project.ShortHash), ((await test.LastAsync()).Project, health.Project.Hash));
        Assert.Empty(await IncidentsAsync(test, host));
    }

    [Fact]
    public async Task A_folder_that_has_not_changed_is_not_read_again()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var services = Services(test);
        var host = services.GetRequiredService<PipelineHost>();
        var before = host.Project;
        test.WriteSql("core/dim_users.sql", File.ReadAllText(Path.Combine(test.Sql, "core", "dim_users.sql")));
        test.WriteSql("notes.txt", "no part of the project");

        Assert.False(host.RefreshProject());
        Assert.Same(before, host.Project);
    }

    [Theory]
    [InlineData(null, "Europe/Lisbon", "tiny", "ana@greenery.example")]
    [InlineData("", "Europe/Lisbon", "tiny", "ana@greenery.example")]
    [InlineData("set", "Asia/Tokyo", "other", "bo@greenery.example")]
    public async Task Settings_win_over_the_projects_file(string? set, string zone, string name, string owner)
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("project.yml", "name: tiny\ntime_zone: Europe/Lisbon\nowner: ana@greenery.example\n");
        string? Value(string value) => set?.Length > 0 ? value : set;
        await using var services = Services(
            test, ("Greenery:TimeZone", Value("Asia/Tokyo")), ("Greenery:Project", Value("other")),
            ("Greenery:Alerts:Owner", Value("bo@greenery.example")));
        var host = services.GetRequiredService<PipelineHost>();

        Assert.Equal(
            (zone, zone, name, name, owner),
            (host.Settings.TimeZone.Id, host.Project.Catalogue.TimeZone, host.Settings.Project, host.Project.Name,
                host.Alerts.Settings.Owner));
    }

    private static async Task<List<string>> IncidentsAsync(TestWarehouse test, PipelineHost host)
    {
        await (await host.AlertingAsync(CancellationToken.None)).CheckAsync(CancellationToken.None);
        return await test.ListAsync(
            "select concat_ws(' ', subject, level) from ops.incident where level <> 'ok' and kind = 'setting'");
    }

    private static ServiceProvider Services(TestWarehouse test, params (string Name, string? Value)[] settings)
    {
        var values = settings.Append(("Greenery:Sql", test.Sql)).Append(
            ("Greenery:Alerts:Folder", Path.Combine(test.Drops, "..", "messages")));
        return new ServiceCollection()
            .AddSingleton<IConnections>(new OwnConnections(test))
            .AddPipelineHost(new ConfigurationBuilder().AddInMemoryCollection(
                values.Select(setting => KeyValuePair.Create(setting.Item1, setting.Item2))).Build())
            .BuildServiceProvider();
    }
}
