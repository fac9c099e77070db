using FsCheck;
using FsCheck.Fluent;
using Greenery.Alerts;
using Greenery.Alerts.Messages;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Tests.Alerts;

/// <summary>
/// Whenever the process dies, before a statement arrives or after it was executed: every change of a state is notified
/// at least once, and a second copy of a message is sent only when the process died after the delivery and before it
/// saved that.
/// </summary>
public sealed class CrashTests
{
    private static readonly string[] Checks =
        ["core.dim_users.user_id.unique", "core.fact_orders.order_id.unique", "product.daily_sales.placed_on.unique"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_every_exchange_with_the_database(bool isAnswerLost)
    {
        await using var world = await World.StartAsync();
        var deaths = 0;
        for (var at = 0; ; at++)
        {
            await world.ClearAsync();
            await world.EndRunAsync(["fail", "warn", "fail"]);
            if (!await world.LookAndDieAsync(at, isAnswerLost))
            {
                break;
            }
            deaths++;
            await world.FinishAsync();
            world.VerifyNotified($"death at exchange {at}");
        }
        // From the first question to the last record, the moment between taking and recording among them.
        Assert.InRange(deaths, 20, 200);
        Assert.InRange(world.SecondCopies, 1, 20);
    }

    [Fact]
    public async Task At_random_moments_of_several_runs()
    {
        await using var world = await World.StartAsync();
        var runs = Gen.Elements("pass", "warn", "fail", "not_evaluated").ArrayOf(3).ListOf(3);
        var deaths =
            from at in Gen.Choose(0, 90)
            from isAnswerLost in Gen.Elements(true, false)
            select (at, isAnswerLost);
        var cases =
            from run in runs
            from death in deaths.ListOf(3)
            select (Runs: run.ToList(), Crashes: death.ToList());
        Prop.ForAll(cases.ToArbitrary(), one =>
            Task.Run(() => world.LiveAsync(one.Runs, one.Crashes)).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(15));
    }

    private sealed class World(AlertScenario scenario) : IAsyncDisposable
    {
        private readonly Project _project = scenario.Test.Project;
        private readonly Dictionary<string, string> _states = new(StringComparer.Ordinal);
        private readonly List<string> _expected = [];
        private readonly Dictionary<string, int> _allowed = new(StringComparer.Ordinal);

        /// <summary>How many messages went out twice so far, because a user died at the wrong moment.</summary>
        public int SecondCopies { get; private set; }

        public static async Task<World> StartAsync() => new(await AlertScenario.StartAsync());

        public async Task LiveAsync(List<string[]> runs, List<(int At, bool IsAnswerLost)> deaths)
        {
            await ClearAsync();
            for (var i = 0; i < Math.Max(runs.Count, deaths.Count); i++)
            {
                if (i < runs.Count)
                {
                    await EndRunAsync(runs[i]);
                }
                if (i < deaths.Count)
                {
                    await LookAndDieAsync(deaths[i].At, deaths[i].IsAnswerLost);
                }
            }
            await FinishAsync();
            VerifyNotified(
                $"{string.Join("; ", runs.Select(run => string.Join(",", run)))} dying at {string.Join(", ", deaths)}");
        }

        public async Task ClearAsync()
        {
            await scenario.Test.ExecuteAsync(
                "truncate ops.run, ops.notified_run, ops.outbox, ops.outbox_event, ops.incident, ops.incident_event, "
                    + "ops.alert_channel restart identity cascade");
            scenario.Notified();
            _states.Clear();
            _expected.Clear();
            _allowed.Clear();
        }

        /// <summary>
        /// A run with these check results; the expected notifications are derived without the code under test.
        /// </summary>
        public async Task EndRunAsync(string[] statuses)
        {
            var state = statuses.Contains("fail") ? "checks_failed" : "published";
            var run = await scenario.Test.ValueAsync<long>(
                $"insert into ops.run (business_date, started_by, host, state, finished_at) values ('2021-02-12', "
                    + $"'cli', 'test', '{state}', clock_timestamp()) returning run_id");
            foreach (var (check, status) in Checks.Zip(statuses))
            {
                await scenario.Test.ExecuteAsync(
                    $"insert into ops.check_result values ({run}, '{check}', 'core', 'm', null, 'unique', 'error', '"
                        + $"{status}', 9, 1, '{check} {status}')");
                var before = _states.GetValueOrDefault(check, "pass");
                // Published without a row to look at is as good as passed.
                var now = status != "not_evaluated" ? status : state == "published" ? "pass" : before;
                _states[check] = now;
                _expected.AddRange(
                    before == now ? [] : [$"run {run}: {check} from {(now == "pass" ? "bad" : before)} to {now}"]);
            }
        }

        /// <summary>A process that looks, and dies; false when it came to its end before.</summary>
        public async Task<bool> LookAndDieAsync(int at, bool isAnswerLost)
        {
            var before = scenario.Mail.Taken.Count;
            await using var line = new CrashingConnection(scenario.Test.Database.ConnectionString);
            await using (
                var warehouse = await PostgresWarehouse.OpenAsync(line.ConnectionString, CancellationToken.None))
            {
                line.DieAfter(at, isAnswerLost);
                try
                {
                    await Alerting(warehouse).CheckAsync(CancellationToken.None);
                }
                catch (Exception exception) when (line.IsClosed && exception is InfrastructureException
                    or Npgsql.NpgsqlException)
                {
                    // As meant.
                }
            }
            await AllowAsync(scenario.Mail.Taken.Skip(before).Select(taken => taken.Message.Id));
            // Until what the dead process had claimed is free again.
            scenario.Time.Advance(TimeSpan.FromMinutes(6));
            return line.IsClosed;
        }

        /// <summary>
        /// Processes that live, until nothing waits: PostgreSQL may need a moment to see that the dead one is gone.
        /// </summary>
        public async Task FinishAsync()
        {
            for (var look = 0; look == 0
                || (look < 50
                && await scenario.Test.ValueAsync<bool>(
                "select exists (select from ops.outbox where state <> 'accepted')")); look++)
            {
                await Alerting(scenario.Test.Database.Warehouse).CheckAsync(CancellationToken.None);
                await Task.Delay(look * 10);
            }
            Assert.Empty(await scenario.Test.ListAsync("select title from ops.outbox where state <> 'accepted'"));
        }

        public void VerifyNotified(string history)
        {
            var copies = scenario.Mail.Taken.GroupBy(taken => taken.Message.Id).ToList();
            var notified = copies.SelectMany(copy => Changes(copy.First().Message)).Order(StringComparer.Ordinal);
            Assert.True(notified.SequenceEqual(_expected.Order(StringComparer.Ordinal)),
                $"{history}: expected {string.Join("; ", _expected)}; notified {string.Join("; ", notified)}");
            Assert.All(copies, copy =>
                Assert.True(copy.Count() == 1 + _allowed.GetValueOrDefault(copy.Key),
                $"{history}: {copy.Count()} copies of '{copy.First().Message.Title}'"));
        }

        public ValueTask DisposeAsync() => scenario.DisposeAsync();

        private Alerting Alerting(PostgresWarehouse warehouse) =>
            new(warehouse, _project, scenario.Settings, [scenario.Mail, scenario.Teams], scenario.Time);

        // Taken, and the process died before it could write that down: the only reason for another copy.
        private async Task AllowAsync(IEnumerable<string> taken)
        {
            var unrecorded = (
                await scenario.Test.ListAsync("select message_id from ops.outbox where state = 'waiting'")).ToHashSet();
            foreach (var id in taken.Where(unrecorded.Contains))
            {
                _allowed[id] = _allowed.GetValueOrDefault(id) + 1;
                SecondCopies++;
            }
        }

        private static IEnumerable<string> Changes(Message message)
        {
            var run = message.Title[(message.Title.LastIndexOf("(run ", StringComparison.Ordinal) + 5)..].Split(',')[0];
            return message.Blocks.OfType<Block.Problems>().SelectMany(block => block.Items).Select(item =>
                $"run {run}: {item.Subject} from {Before(item)} to {After(item)}");
        }

        private static string After(MessageProblem item) =>
            item.Text.Split(' ')[^1] is var status && status == "not_evaluated" ? "pass" : status;

        private static string Before(MessageProblem item) => item.Change switch
        {
            "new" => "pass",
            var worse when worse.StartsWith("worse", StringComparison.Ordinal) => "warn",
            var better when better.StartsWith("better", StringComparison.Ordinal) => "fail",
            // A recovery does not say what it recovers from.
            _ => "bad",
        };
    }
}
