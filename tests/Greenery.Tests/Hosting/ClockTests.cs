using System.Diagnostics;
using Greenery.Hosting;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Greenery.Tests.Hosting;

/// <summary>The schedule goes by the database's clock, whatever the clock of a host shows.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private const string NotedAhead = "select count(*) from ops.scheduled_run where scheduled_at > now()";

    private readonly JumpingTime _time = new();
    private TestWarehouse _test = null!;
    private ServiceProvider _services = null!;

    private PipelineHost Host => _services.GetRequiredService<PipelineHost>();

    public async Task InitializeAsync()
    {
        _test = await TestWarehouse.OfTinyShopAsync();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddPipelineHost(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Greenery:Sql"] = _test.Sql,
                ["Greenery:Warehouse"] = _test.Database.ConnectionString,
                ["Greenery:Drops"] = _test.Drops,
            }).Build())
            .BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task A_clock_that_jumps_a_year_ahead_makes_nothing_due_and_the_schedule_goes_on()
    {
        var host = new TestHost(Host);
        await host.PollAsync();
        _time.Ahead = TimeSpan.FromDays(400);
        await host.CatchUpAsync();

        Assert.Empty(host.Launched);
        Assert.Equal(0, await _test.ValueAsync<long>(NotedAhead));

        // The next day comes: what was noted first is as of the day before.
        _time.Ahead = TimeSpan.Zero;
        await _test.ExecuteAsync("update ops.scheduled_run set scheduled_at = scheduled_at - interval '1 day', "
            + "business_date = business_date - 1");
        await host.CatchUpAsync();
        Assert.Single(host.Launched);
        Assert.Equal(0, await _test.ValueAsync<long>(NotedAhead));
    }

    [Theory]
    [InlineData(400 * 24 * 60 + 5, "is 400 days ahead of the database's")]
    [InlineData(-95, "is 1 hour 34 minutes late against the database's")]
    [InlineData(0, null)]
    public async Task A_clock_that_is_wrong_is_reported_and_the_day_is_the_databases(int minutes, string? warning)
    {
        _time.Ahead = TimeSpan.FromMinutes(minutes);

        var text = ClockText.Describe(await Host.ClockAsync(default));
        var health = await HealthReport.ReadAsync(Host, default);

        if (warning is null)
        {
            Assert.Null(text);
            Assert.Empty(health.Warnings);
        }
        else
        {
            Assert.Contains(warning, text, StringComparison.Ordinal);
            Assert.Contains(warning, Assert.Single(health.Warnings), StringComparison.Ordinal);
        }
        var today = await _test.ValueAsync<DateTime>("select now()");
        Assert.InRange((Host.Time.GetUtcNow() - today).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        var run = await (await Host.PipelineAsync(default)).RunAsync(new RunRequest(), null, default);
        Assert.Equal(RunState.Published, run.State);
        Assert.InRange(
            await _test.ValueAsync<int>("select abs(through_date - current_date) from ops.run"), 0, 1);
    }

    [Fact]
    public async Task A_run_that_ended_while_the_databases_clock_was_ahead_keeps_health_bad_and_is_a_warning()
    {
        await (await Host.PipelineAsync(default)).RunAsync(new RunRequest(), null, default);
        Assert.Empty((await HealthReport.ReadAsync(Host, default)).Warnings);
        await _test.ExecuteAsync("update ops.run set finished_at = now() + interval '400 days'");

        var health = await HealthReport.ReadAsync(Host, default);

        Assert.Equal((false, "No run was published yet."), (health.IsHealthy, health.Reasons[0]));
        Assert.StartsWith("Run 1 has its start or end in the future (up to ", Assert.Single(health.Warnings),
            StringComparison.Ordinal);
        // A lease of that time holds up no other run.
        await _test.ExecuteAsync(
            "update ops.run set state = 'running'; insert into ops.lease (run_id, token, expires_at) "
            + "values (1, gen_random_uuid(), now() + interval '400 days')");
        Assert.True((await new TestHost(Host).PollAsync()).RunId is 1);
    }

    [Fact]
    public async Task The_clock_that_was_read_is_carried_on_by_the_timer_and_read_again_after_a_jump()
    {
        var time = new WarehouseTime(_time);
        _time.Ahead = TimeSpan.FromHours(5);
        Assert.InRange(time.GetUtcNow() - DateTimeOffset.UtcNow, TimeSpan.FromHours(4.9), TimeSpan.FromHours(5.1));

        var clock = await time.ReadAsync(_test.Database.Warehouse, default);
        Assert.InRange(clock.HostIsAhead, TimeSpan.FromHours(4.9), TimeSpan.FromHours(5.1));
        _time.Ahead = TimeSpan.FromDays(-3);
        await time.RefreshAsync(_test.Database.Warehouse, TimeSpan.FromMinutes(1), default);

        Assert.InRange((time.GetUtcNow() - DateTimeOffset.UtcNow).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_database_that_is_silent_is_waited_for_once_and_the_clock_goes_on()
    {
        await using var hole = SlowShop.Hole(_test);
        await using var warehouse = await PostgresWarehouse.OpenAsync(SlowShop.Through(_test, hole), default);
        var time = new WarehouseTime(_time);
        await time.ReadAsync(warehouse, default);
        hole.Swallow();
        _time.Ahead = TimeSpan.FromDays(3);
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(Enumerable.Range(0, 60).Select(_ =>
            time.RefreshAsync(warehouse, TimeSpan.FromSeconds(2), default)));

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(100));
        Assert.InRange((time.GetUtcNow() - DateTimeOffset.UtcNow).Duration(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
