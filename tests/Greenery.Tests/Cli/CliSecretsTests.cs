using System.Text;
using Greenery.Tests.Support;
using Npgsql;

namespace Greenery.Tests.Cli;

/// <summary>
/// Whatever goes wrong, no secret of the settings is ever written: neither to the terminal, nor into an answer, nor
/// into the ledgers. Every secret here has the same mark in it.
/// </summary>
public sealed class CliSecretsTests
{
    private const string Mark = "S3cretM4rk";

    private static readonly string StorageKey =
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{Mark}{new string('=', 60)}"));

    [Fact]
    public async Task Settings_that_are_wrong_are_reported_without_what_they_hold()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var server = new NpgsqlConnectionStringBuilder(test.Database.ConnectionString) { Password = Mark };
        foreach (var warehouse in new[]
        {
            With(server, parts => parts.Host = "no-such-host.invalid"),
            With(server, parts => parts.Port = 1),
            With(server, parts => parts.Username = "unknown"),
            With(server, parts => parts.Database = "nothing"),
            $"Host=x;Passwort={Mark}",
            $"postgres://ana:{Mark}@db.example/shop",
        })
        {
            var result = await Marked(test).With("Greenery__Warehouse", warehouse).RunAsync("run", "--json");
            Assert.Contains(result.ExitCode, (int[])[2, 3]);
            AssertUnmarked(result.Output + result.Error);
        }
        foreach (var (setting, value) in new[]
        {
            ("Drops", $"AccountName=shop;AccountKey={Mark}"),
            ("Drops", $"https://ana:{Mark}@shop.blob.core.windows.net/drops"),
            ("Drops", $"https://shop.blob.core.windows.net/drops?sig={Mark}"),
            ("Drops", $"ftp://ana:{Mark}@shop.example/drops"),
            ("Reports", $"https://{Mark}@shop.blob.core.windows.net/reports"),
            ("Url", $"https://ana:{Mark}@greenery.example"),
            ("Url", $"https://greenery.example/?code={Mark}"),
        })
        {
            var wrong = await Marked(test).With($"Greenery__{setting}", value).RunAsync("run");
            // A run does without links and pages.
            Assert.True(
                wrong.ExitCode == (setting is "Url" or "Reports" ? 0 : 2),
                $"{setting} {wrong.ExitCode}: {wrong.Error}");
            AssertUnmarked(wrong.Output + wrong.Error);
        }
    }

    [Fact]
    public async Task What_serves_and_runs_in_trouble_keeps_them_to_itself()
    {
        await using var test = await TestWarehouse.OfTinyShopAsync();
        var answers = new StringBuilder();
        await test.ExecuteAsync($"create role {test.Database.Name} superuser login password '{Mark}'");
        var server = With(
            new NpgsqlConnectionStringBuilder(test.Database.ConnectionString),
            parts => (parts.Username, parts.Password) = (test.Database.Name, Mark));
        await using (var serving = await Serving.StartAsync(Marked(test)
            .With("Greenery__Warehouse", server).With("Greenery__Drops", await RefusedStorageAsync())))
        {
            foreach (var path in new[] { $"/api/runs?code={Mark}-wrong", "/api/health", $"/api/nowhere?code={Mark}",
                $"/api/runs?code={ApiKey}&limit=x" })
            {
                answers.AppendLine((await serving.GetAsync(path)).Text);
            }
            answers.AppendLine((await serving.PostAsync($"/api/runs?code={ApiKey}", $"{{\"dat\": 1}}")).Text);
            answers.AppendLine((await serving.PostAsync($"/api/runs?code={ApiKey}")).Text);
            await Wait.UntilAsync(
                () => test.ValueAsync<bool>("select count(*) > 0 from ops.run where finished_at is not null"), () =>
                    serving.HasExited);
            answers.AppendLine((await serving.GetAsync($"/api/runs/1?code={ApiKey}")).Text);
            // The notification fails, since its server does not answer.
            await Wait.UntilAsync(
                () => test.ValueAsync<bool>(
                    "select count(*) > 0 from ops.step where step = 'tell' and state <> 'running'"),
                () => serving.HasExited);
            answers.AppendLine((await serving.GetAsync($"/api/health?code={ApiKey}")).Text);
            Assert.Equal(0, await serving.StopAsync());
            answers.AppendLine(serving.Output);
        }

        Assert.Equal("failed", await test.ValueAsync<string>("select state from ops.run"));
        Assert.Contains("). Check the key in Greenery:Drops", $"{answers}", StringComparison.Ordinal);
        AssertUnmarked($"{answers}");
        AssertUnmarked(await OpsTextAsync(test));
        await test.ExecuteAsync($"drop owned by {test.Database.Name}; drop role {test.Database.Name}");
    }

    private static string ApiKey => $"{Mark}-key";

    private static CliProcess Marked(TestWarehouse test) => CliProcess.On(test)
        .With("Greenery__Schedule", "0 0 0 1 1 *")
        .With("Greenery__ApiKey", ApiKey)
        .With("Greenery__Alerts__Email__ApiKey", $"SG.{Mark}")
        .With("Greenery__Alerts__Email__From", "greenery@shop.example")
        // No server listens there.
        .With("Greenery__Alerts__Email__Host", "http://127.0.0.1:1")
        .With("Greenery__Alerts__Teams__data__Url", $"http://127.0.0.1:1/workflows/1?sig={Mark}")
        .With("Greenery__Alerts__Owner", "ana@shop.example");

    private static async Task<string> RefusedStorageAsync()
    {
        var azurite = await TestServices.AzuriteAsync();
        return string.Join(';', azurite.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(part =>
            part.StartsWith("AccountKey=", StringComparison.OrdinalIgnoreCase) ? $"AccountKey={StorageKey}" : part));
    }

    private static string With(NpgsqlConnectionStringBuilder parts, Action<NpgsqlConnectionStringBuilder> change)
    {
        var changed = new NpgsqlConnectionStringBuilder(parts.ConnectionString);
        change(changed);
        return changed.ConnectionString;
    }

    private static void AssertUnmarked(string text)
    {
        Assert.NotEmpty(text);
        Assert.DoesNotContain(Mark, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(StorageKey[..12], text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    // All rows of all ledgers, as text.
    private static async Task<string> OpsTextAsync(TestWarehouse test)
    {
        var text = new StringBuilder();
        foreach (var table in await test.ListAsync("select format('ops.%I', relname) from pg_class where "
            + "relnamespace = 'ops'::regnamespace and relkind = 'r'"))
        {
            text.AppendJoin('\n', await test.ListAsync($"select row::text from {table} as row"));
        }
        return text.ToString();
    }
}
