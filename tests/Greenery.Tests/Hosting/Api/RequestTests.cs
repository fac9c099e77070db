using System.Text;
using Greenery.Tests.Support;

namespace Greenery.Tests.Hosting.Api;

/// <summary>What a caller may send, and what he hears when it is something else.</summary>
public sealed class RequestTests(ApiScenario scenario) : IClassFixture<ApiScenario>
{
    private const string NotUnderstood = "The request is not understood.";

    [Theory]
    [InlineData("{",
        "The body is no JSON (line 1, byte 2); expected an object such as {\"date\": \"2026-11-21\"}, or no body at "
        + "all.")]
    [InlineData("{\n  date: 1}",
        "The body is no JSON (line 2, byte 3); expected an object such as {\"date\": \"2026-11-21\"}, or no body at "
        + "all.")]
    [InlineData("  ",
        "The body is no JSON (line 1, byte 3); expected an object such as {\"date\": \"2026-11-21\"}, or no body at "
        + "all.")]
    [InlineData("{\"date\": \"2026-11-21\", \"date\": \"2026-11-22\"}",
        "The body has a member twice; expected each once, such as {\"date\": \"2026-11-21\"}, or no body at all.")]
    [InlineData("{\"date\": \"2026-11-21\"} {}", "The body is no JSON (line *")]
    [InlineData("[]", "The body is an array; expected an object such as {\"date\": \"2026-11-21\"}.")]
    [InlineData("null", "The body is null; expected an object such as {\"date\": \"2026-11-21\"}.")]
    [InlineData("\"2026-11-21\"", "The body is a text; expected an object such as {\"date\": \"2026-11-21\"}.")]
    [InlineData("7", "The body is a number; expected an object such as {\"date\": \"2026-11-21\"}.")]
    [InlineData("{\"dat\": \"2026-11-21\"}",
        "'dat' is no member of the body; expected date, reload, full_refresh, withdraw. Did you mean 'date'?")]
    [InlineData("{\"Date\": \"2026-11-21\"}",
        "'Date' is no member of the body; expected date, reload, full_refresh, withdraw. Did you mean 'date'?")]
    [InlineData("{\"started_by\": \"schedule\"}",
        "'started_by' is no member of the body; expected date, reload, full_refresh, withdraw.")]
    [InlineData("{\"date\": 20261121}", "\"date\" is a number; expected a text such as \"2026-11-21\".")]
    [InlineData("{\"date\": {}}", "\"date\" is an object; expected a text such as \"2026-11-21\".")]
    [InlineData("{\"date\": \"2026-02-30\"}",
        "'2026-02-30' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).")]
    [InlineData("{\"date\": \"21.11.2026\"}",
        "'21.11.2026' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).")]
    [InlineData("{\"date\": \"\"}", "'' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).")]
    [InlineData("{\"date\": \"2026-11-21T05:00:00Z\"}",
        "'2026-11-21T05:00:00Z' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).")]
    [InlineData("{\"date\": \"2026-11-21\", \"reload\": \"yes\"}", "\"reload\" is a text; expected true or false.")]
    [InlineData("{\"full_refresh\": 1}", "\"full_refresh\" is a number; expected true or false.")]
    [InlineData("{\"reload\": true}", "\"reload\" needs \"date\": which day's drops are to be loaded again?")]
    [InlineData("{\"date\": \"\\ud800\"}",
        "The body has a text that is no Unicode; expected an object such as {\"date\": \"2026-11-21\"}.")]
    [InlineData("{\"\\ud800\": 1}",
        "The body has a text that is no Unicode; expected an object such as {\"date\": \"2026-11-21\"}.")]
    public async Task A_body_that_is_no_wish_is_refused_with_what_is_wrong_with_it(string body, string detail)
    {
        var problem = (await scenario.PostAsync(body)).Problem;

        Assert.Equal((400, NotUnderstood), (problem.Status, problem.Title));
        Assert.True(detail.EndsWith('*') ? problem.Detail!.StartsWith(detail[..^1], StringComparison.Ordinal)
            : detail == problem.Detail,
            problem.Detail);
        Assert.Equal(0,
            await scenario.Test.ValueAsync<long>(
            "select count(*) from ops.run where started_by = 'http' and business_date = '2026-11-21'"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused() => Assert.Equal(
        (400, NotUnderstood,
            "The body has a text that is no Unicode; expected an object such as {\"date\": \"2026-11-21\"}.", null),
        (await scenario.PostAsync([.. "{\"date\": \""u8, 0xff, 0xfe, .. "\"}"u8])).Problem);

    [Fact]
    public async Task A_body_of_endless_depth_or_length_is_refused()
    {
        Assert.StartsWith(
            "The body is no JSON (line 1, byte ",
            (await scenario.PostAsync("{\"date\": " + new string('[', 2000))).Problem.Detail,
                StringComparison.Ordinal);
        Assert.Equal(
            (413, "The request is too large.",
                "The body has more than 4096 bytes; expected a small object such as {\"date\": \"2026-11-21\"}.", null),
            (await scenario.PostAsync(new string(' ', 5000))).Problem);
    }

    [Fact]
    public async Task Long_words_are_not_said_again_in_full()
    {
        Assert.Equal(
            $"'{new string('x', 50)}...' is no member of the body; expected date, reload, full_refresh, withdraw.",
            (await scenario.PostAsync($"{{\"{new string('x', 3000)}\": 1}}")).Problem.Detail);
        Assert.Equal(
            $"'{new string('9', 50)}...' is no date; expected one that exists, as yyyy-MM-dd (2026-11-21).",
            (await scenario.PostAsync($"{{\"date\": \"{new string('9', 3000)}\"}}")).Problem.Detail);
    }

    [Theory]
    [InlineData("text/plain", "The body is 'text/plain'; expected Content-Type: application/json.")]
    [InlineData("application/x-www-form-urlencoded",
        "The body is 'application/x-www-form-urlencoded'; expected Content-Type: application/json.")]
    [InlineData(null, "The body is 'of no declared type'; expected Content-Type: application/json.")]
    public async Task A_body_of_another_type_is_refused(string? type, string detail) =>
        Assert.Equal((415, NotUnderstood, detail, null), (await scenario.PostAsync("{}", type)).Problem);

    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 0)]
    [InlineData("201", 201)]
    public async Task A_key_that_is_empty_or_a_novel_is_refused(string key, int length) => Assert.Equal(
        (400, NotUnderstood, $"The header Idempotency-Key has {length} characters; expected 1 to 200, such as a UUID.",
            null),
        (await scenario.PostAsync("", null, ("Idempotency-Key", key == "201" ? new string('k', 201) : key))).Problem);

    [Theory]
    [InlineData("", null, "2021-02-12 null false false")]
    [InlineData("{}", "application/json", "2021-02-12 null false false")]
    [InlineData("{\"date\": null, \"reload\": null, \"full_refresh\": false}", "application/json; charset=utf-8",
        "2021-02-12 null false false")]
    [InlineData("{\"date\": \"2021-02-11\", \"reload\": true, \"full_refresh\": true}", "application/json",
        "2021-02-11 2021-02-11 true true")]
    [InlineData("{\"date\": \"2999-12-31\"}", "application/vnd.shop+json", "2999-12-31 2999-12-31 false false")]
    public async Task A_wish_is_written_into_the_ledger_as_it_was_said(string body, string? type, string ledger)
    {
        await scenario.ForgetAsync();

        var answer = await scenario.PostAsync(body, type);

        Assert.Equal((202, "/api/runs/1", "{\n  \"run_id\": 1,\n  \"url\": \"/api/runs/1\"\n}\n"),
            (answer.Status, answer.Location, answer.Text));
        Assert.Equal(ledger, await scenario.Test.ValueAsync<string>(
            "select concat_ws(' ', through_date, coalesce(requested_date::text, 'null'), is_reload::text, "
                + "is_full_refresh::text) from ops.run"));
        Assert.Equal("http", await scenario.Test.ValueAsync<string>("select started_by from ops.run"));
    }

    [Theory]
    [InlineData("{\"date\": \"0001-01-01\"}")]
    [InlineData("{\"date\": \"9999-12-31\"}")]
    public async Task The_first_and_the_last_of_all_dates_do_no_harm(string body)
    {
        await scenario.ForgetAsync();
        Assert.Equal(202, (await scenario.PostAsync(body)).Status);
        Assert.Equal(200, (await scenario.ReadAsync("1")).Status);
        Assert.Equal(200, (await scenario.ListAsync()).Status);
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=all")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?limit=99999999999999999999")]
    public async Task A_limit_that_is_none_is_refused(string query) =>
        Assert.Equal((400, NotUnderstood, "limit is no number from 1 to 200.", null),
            (await scenario.ListAsync(query)).Problem);

    [Theory]
    [InlineData("7", "There is no run 7. GET /api/runs lists them.")]
    [InlineData("0", "There is no run 0. GET /api/runs lists them.")]
    [InlineData("9223372036854775807", "There is no run 9223372036854775807. GET /api/runs lists them.")]
    [InlineData("9223372036854775808", "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("-1", "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("7.0", "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("last", "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("'; drop table ops.run", "A run's id is a number, such as 7. GET /api/runs lists them.")]
    public async Task A_run_that_is_not_there_cannot_be_read_or_stopped(string id, string detail)
    {
        await scenario.ForgetAsync();
        Assert.Equal((404, "There is no such thing.", detail, null), (await scenario.ReadAsync(id)).Problem);
        Assert.Equal((404, "There is no such thing.", detail, null), (await scenario.CancelAsync(id)).Problem);
        Assert.Equal((404, "There is no such thing.", detail, null),
            (await scenario.ReportAsync($"?run={Uri.EscapeDataString(id)}")).Problem);
    }
}
