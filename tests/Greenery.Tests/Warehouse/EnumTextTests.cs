using System.Text.Json;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Warehouse;

/// <summary>States in <c>ops</c> and the enums they are read into.</summary>
public sealed class EnumTextTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Every_state_of_a_run_is_read_as_it_was_written()
    {
        await database.RunAsync("truncate ops.run cascade");
        var states = Enum.GetValues<RunState>();
        await database.RunAsync(string.Join(';', states.Select(state =>
            "insert into ops.run (business_date, through_date, started_by, host, state) "
            + $"values ('2021-02-12', '2021-02-12', 'cli', 'test', '{EnumText.Name(state)}')")));

        var listed = await new RunReports(database.Warehouse).ListAsync(99, CancellationToken.None);

        Assert.Equal(states.Reverse(), listed.Select(run => run.State));
        foreach (var line in listed)
        {
            var report = await new RunReports(database.Warehouse).ReadAsync(line.RunId, CancellationToken.None);
            Assert.Equal(line.State, report!.State);
        }
    }

    [Fact]
    public async Task Every_trigger_is_read_as_it_was_written()
    {
        await database.RunAsync("truncate ops.run cascade");
        var triggers = Enum.GetValues<RunTrigger>();
        await database.RunAsync(string.Join(';', triggers.Select(trigger =>
            "insert into ops.run (business_date, through_date, started_by, host, state) "
            + $"values ('2021-02-12', '2021-02-12', '{EnumText.Name(trigger)}', 'test', 'published')")));

        var listed = await new RunReports(database.Warehouse).ListAsync(99, CancellationToken.None);

        Assert.Equal(triggers.Reverse(), listed.Select(run => run.StartedBy));
    }

    [Fact]
    public void A_requests_fingerprint_is_the_one_that_earlier_versions_kept() => Assert.Equal(
        """{"Date":"2021-02-12","IsReload":true,"IsFullRefresh":false,"StartedBy":"http"}""",
        new RunRequest { Date = new DateOnly(2021, 2, 12), IsReload = true, StartedBy = RunTrigger.Http }
            .Fingerprint());

    [Fact]
    public async Task Every_status_and_severity_of_a_check_is_read_as_it_was_written()
    {
        await database.RunAsync("truncate ops.run cascade");
        var run = await database.ValueAsync<long>(
            "insert into ops.run (business_date, through_date, started_by, host, state) "
            + "values ('2021-02-12', '2021-02-12', 'cli', 'test', 'checks_failed') returning run_id");
        var all = Enum.GetValues<CheckStatus>()
            .SelectMany(status => Enum.GetValues<Severity>().Select(severity => (severity, status))).ToList();
        foreach (var (severity, status) in all.Select(pair =>
            (EnumText.Name(pair.severity), EnumText.Name(pair.status))))
        {
            await database.RunAsync(
                "insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at, "
                + $"rows_failing, message) values ({run}, '{severity} {status}', 'core', 'm', 'unique', '{severity}', "
                + $"'{status}', 1, 1, 'found')");
        }

        var report = await new RunReports(database.Warehouse).ReadAsync(run, CancellationToken.None);

        Assert.Equal(all.Order(), report!.Checks.Select(check => (check.Severity, check.Status)).Order());
        Assert.All(report.Checks, check =>
            Assert.Equal($"{EnumText.Name(check.Severity)} {EnumText.Name(check.Status)}", check.Id));
    }

    [Theory]
    [InlineData("ops.run", "state", typeof(RunState))]
    [InlineData("ops.step", "state", typeof(RecordedStepState))]
    [InlineData("ops.check_result", "severity", typeof(Severity))]
    [InlineData("ops.check_result", "status", typeof(CheckStatus))]
    public async Task The_database_allows_the_values_of_the_enum_and_no_other(string table, string column, Type type) =>
        Assert.Equal(
            Enum.GetValues(type).Cast<Enum>().Select(NameOf).Order(StringComparer.Ordinal),
            (await database.ListAsync<string>(
                $"""
                select value[1] from pg_constraint,
                    regexp_matches(pg_get_constraintdef(oid), '''(\w+)''::text', 'g') as value
                where conrelid = '{table}'::regclass and contype = 'c'
                    and pg_get_constraintdef(oid) like 'CHECK (({column} = ANY%'
                """)).Order(StringComparer.Ordinal));

    [Fact]
    public void Names_are_snake_case()
    {
        Assert.Equal(("checks_failed", "rolled_back"),
            (EnumText.Name(RunState.ChecksFailed), EnumText.Name(RunState.RolledBack)));
        Assert.Equal(RunState.ChecksFailed, EnumText.Parse<RunState>("checks_failed"));
    }

    [Fact]
    public async Task An_enum_is_a_text_parameter_of_a_statement()
    {
        await using var connection = await database.Warehouse.ConnectAsync(CancellationToken.None);

        Assert.Equal("checks_failed", await connection.ExecuteScalarAsync<string>(
            "select @state::text", new { state = RunState.ChecksFailed }, CancellationToken.None));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_those_there_are() => Assert.Equal(
        "'checksfailed' is no RunState; expected one of running, published, unchanged, checks_failed, refused, failed, "
            + "cancelled, rolled_back, tried. A later version of Greenery may have written it.",
        Assert.Throws<FormatException>(() => EnumText.Parse<RunState>("checksfailed")).Message);

    private static string NameOf(Enum value) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
