using System.Text.Json;
using Greenery.Tests.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary><c>--log-format json</c>: standard error has one JSON object a line, and nothing else.</summary>
public sealed class JsonLogTests
{
    [Fact]
    public async Task A_run_logs_its_steps_and_its_end_and_standard_output_is_the_result()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        // The old name of a setting is a warning.
        var cli = CliProcess.On(test).With("Greenery__Alerts__PromisedBy", "07:00");

        var result = await cli.RunAsync("run", "--json", "--log-format", "json");

        Assert.Equal((0, "published"), (result.ExitCode, result.Json.GetProperty("state").GetString()));
        var entries = Entries(result);
        Assert.All(entries, entry => Assert.Equal(
            ["time", "level", "event", "run", "step", "message", "properties"],
            entry.EnumerateObject().Select(key => key.Name)));
        Assert.StartsWith("Setting Greenery:Alerts:PromisedBy:", entries[0].GetProperty("message").GetString(),
            StringComparison.Ordinal);
        var load = Assert.Single(entries, entry => entry.GetProperty("step").GetString() == "load:users");
        Assert.Equal(
            ("information", 1010, 1),
            (load.GetProperty("level").GetString(), load.GetProperty("event").GetInt32(),
                load.GetProperty("run").GetInt32()));
        Assert.Contains(entries, entry => entry.GetProperty("message").GetString() == "Run 1 ended as published.");
    }

    [Fact]
    public async Task To_publish_what_is_published_already_is_no_warning()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await test.RunAsync();
        test.ChangeSql("core/dim_users.sql", "city from", "upper(city) as city from");
        await test.TryAsync("dim_users+");
        await test.PublishedAsync(2);

        var result = await CliProcess.On(test).RunAsync("publish", "2", "--log-format", "json");

        Assert.Equal(0, result.ExitCode);
        var entry = Entries(result).Last();
        Assert.Equal(
            ("information", "No new run after run 3: Run 2 is published already, by run 3; there is nothing to do."),
            (entry.GetProperty("level").GetString(), entry.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Words_for_people_stay_on_standard_output()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        test.Put("2021-02-13/orders.csv", "id,total\n1,2\n");

        var result = await CliProcess.On(test).RunAsync("--log-format", "json", "run");

        Assert.Equal(2, result.ExitCode);
        Assert.Matches(@"(?m)^Run 1, business date 2021-02-13: ", result.Output);
        Assert.Contains(Entries(result), entry => entry.GetProperty("level").GetString() == "error"
            && entry.GetProperty("message").GetString()!.Contains("lacks columns", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("status --log-format json", "error", "'often' is no NCRONTAB")]
    [InlineData("ru --log-format json", "error", "Unrecognized command or argument 'ru'.")]
    public async Task Errors_of_every_command_are_entries(string line, string level, string message)
    {
        var result = await new CliProcess().With("Greenery__Schedule", "often").RunAsync(line.Split(' '));

        Assert.Equal(2, result.ExitCode);
        var entry = Entries(result)[0];
        Assert.Equal(level, entry.GetProperty("level").GetString());
        Assert.Contains(message, entry.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_format_is_refused_with_those_there_are()
    {
        var result = await new CliProcess().RunAsync("run", "--log-format", "xml");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("'xml'", result.Error, StringComparison.Ordinal);
        Assert.Contains("'json'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_logs_all_as_entries()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        await using var serving = await Serving.StartAsync(
            CliProcess.On(test).With("Greenery__Schedule", "0 0 0 1 1 *"), "--log-format", "json");

        await serving.PostAsync("/api/runs");
        await Wait.UntilAsync(
            async () => serving.Output.Contains("Run 1 ended as published.", StringComparison.Ordinal),
            () => serving.HasExited);

        Assert.Equal(0, await serving.StopAsync());
        Assert.All(serving.Output.Split('\n'), line => Assert.StartsWith(
            """{"time":"2""", JsonDocument.Parse(line).RootElement.GetRawText(), StringComparison.Ordinal));
        Assert.Contains("\"message\":\"Run 1 started (", serving.Output, StringComparison.Ordinal);
    }

    private static List<JsonElement> Entries(CliResult result) =>
        [.. result.ErrorLines.Select(line => JsonDocument.Parse(line).RootElement)];
}
