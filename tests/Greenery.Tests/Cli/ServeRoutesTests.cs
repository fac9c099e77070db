using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Greenery.Tests.Infra;
using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>The routes of <c>greenery serve</c> from outside, and who may use them.</summary>
public sealed class ServeRoutesTests(ServedShop shop) : IClassFixture<ServedShop>
{
    private const string Routes =
        "expected POST /api/runs, GET /api/runs, GET /api/runs/{id}, POST /api/runs/{id}/cancel, GET /api/report or "
            + "GET /api/health.";

    [Fact]
    public async Task A_run_is_asked_for_and_found_where_the_answer_points_to()
    {
        var accepted = await shop.Open.PostAsync("/api/runs", "{}");
        Assert.Equal(202, accepted.Status);
        await UntilEndedAsync(accepted.Location!);

        var run = (await shop.Open.GetAsync(accepted.Location!)).Json;
        Assert.Equal(accepted.Json.GetProperty("run_id").GetInt64(), run.GetProperty("run_id").GetInt64());
        Assert.Contains(run.GetProperty("state").GetString(), (string[])["published", "unchanged"]);
        Assert.Equal("http", run.GetProperty("started_by").GetString());
        Assert.Equal(200, (await shop.Open.GetAsync("/api/health")).Status);
        var page = await shop.Open.GetAsync("/api/report");
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.ContentType));
        var newest = (await shop.Open.GetAsync("/api/runs?limit=1")).Json;
        Assert.Equal(run.GetProperty("run_id").GetInt64(), Assert.Single(newest.EnumerateArray()).GetProperty("run_id")
            .GetInt64());
    }

    [Fact]
    public async Task The_script_that_proves_a_deployment_proves_it_by_a_run()
    {
        using var script = new ScriptProcess();
        var (exitCode, output) = await script.RunAsync("smoke.sh", Smoke(ServedShop.Key));

        Assert.True(exitCode == 0, output);
        // Another test's run may be active.
        Assert.Matches(@"Run \d+ is (started|active already)[^\n]*\s+Run \d+ ended as (published|unchanged). Healthy: ",
            output);
        Assert.DoesNotContain(ServedShop.Key, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_a_wrong_key_with_what_to_do()
    {
        using var script = new ScriptProcess();

        var (exitCode, output) = await script.RunAsync("smoke.sh", Smoke("wrong"));

        Assert.Equal(3, exitCode);
        Assert.Contains("/api/health answered 401 after 2 attempts", output, StringComparison.Ordinal);
        Assert.Contains("fetch it again", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nowhere", 404, "There is no /api/nowhere; " + Routes)]
    [InlineData("GET", "/", 404, "There is no /; " + Routes)]
    [InlineData("GET", "/api/runs/1/2", 404, "There is no /api/runs/1/2; " + Routes)]
    [InlineData("GET", "/api/../etc/passwd", 404, "There is no /etc/passwd; " + Routes)]
    [InlineData("DELETE", "/api/runs/1", 405, "/api/runs/1 has no DELETE; " + Routes)]
    [InlineData("PUT", "/api/runs", 405, "/api/runs has no PUT; " + Routes)]
    [InlineData("GET", "/api/runs/1/cancel", 405, "/api/runs/1/cancel has no GET; " + Routes)]
    [InlineData("POST", "/api/health", 405, "/api/health has no POST; " + Routes)]
    [InlineData("GET", "/api/runs/%3Cscript%3E", 404, "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("POST", "/api/runs/last/cancel", 404, "A run's id is a number, such as 7. GET /api/runs lists them.")]
    [InlineData("GET", "/api/runs?limit=many", 400, "limit is no number from 1 to 200.")]
    public async Task What_there_is_not_is_reported_with_what_there_is(
        string method, string path, int status, string detail)
    {
        var answer = await shop.Open.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal((status, detail), (answer.Problem.Status, answer.Problem.Detail));
    }

    [Fact]
    public async Task A_huge_body_is_refused_whether_its_size_is_said_or_not()
    {
        var before = await shop.Test.ValueAsync<long>("select count(*) from ops.run");
        foreach (var isChunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs")
                { Content = new ByteArrayContent(new byte[80_000]) };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TransferEncodingChunked = isChunked;
            Assert.Equal(
                (413, "The request is too large.",
                    "The body has more than 4096 bytes; expected a small object such as {\"date\": \"2026-11-21\"}.",
                    null),
                (await shop.Open.SendAsync(request)).Problem);
        }
        Assert.Equal(before, await shop.Test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Theory]
    [InlineData("/api/runs", 200)]
    [InlineData("/api/runs?limit=many", 400)]
    [InlineData("/api/runs/999999", 404)]
    [InlineData("/api/report?run=999999", 404)]
    [InlineData("/api/health", 0)]
    [InlineData("/api/nowhere", 404)]
    [InlineData("/api/runs/1/cancel", 405)]
    public async Task Head_says_what_get_would_without_the_body(string path, int status)
    {
        using var head = await shop.Open.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        using var get = await shop.Open.Client.GetAsync(path);

        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.True(status == 0 || status == (int)head.StatusCode, $"{head.StatusCode}");
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("GET", "/api/runs", 200)]
    [InlineData("GET", "/api/report", 0)]
    [InlineData("GET", "/api/health", 0)]
    [InlineData("HEAD", "/api/health", 0)]
    [InlineData("GET", "/api/runs?limit=0", 400)]
    [InlineData("GET", "/api/runs/999999", 404)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("PUT", "/api/runs", 405)]
    [InlineData("POST", "/api/runs", 415)]
    public async Task Every_answer_forbids_guesses_copies_and_frames(string method, string path, int status)
    {
        foreach (var serving in new[] { shop.Open, shop.Locked })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Content = method == "POST" ? new StringContent("x") : null;
            using var answer = await serving.Client.SendAsync(request);

            Assert.True(
                status == 0 || (int)answer.StatusCode == (serving == shop.Open ? status : 401), $"{answer}");
            AssertProtected(answer);
        }
    }

    // A body in chunks has the length of each before it, in hexadecimal digits.
    [Theory]
    [InlineData("ZZ\r\n{}\r\n0\r\n\r\n")]
    [InlineData("-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("2{}\r\n0\r\n\r\n")]
    [InlineData("2\r\n{}xx0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("2;\0\r\n{}\r\nZ\r\n\r\n")]
    public async Task Chunks_that_are_none_are_the_callers_mistake(string chunks)
    {
        var answer = await RawAsync(
            "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Transfer-Encoding: chunked\r\n\r\n{chunks}");

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("GET /api/runs/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("GET /api/health HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/health HTTP/1.1\r\nHost: a b\r\n\r\n")]
    [InlineData("POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n")]
    public async Task What_is_no_http_is_refused_without_a_word_about_the_inside(string request)
    {
        var answer = await RawAsync(request);

        Assert.StartsWith("HTTP/1.1 400 Bad Request\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "/api/runs")]
    [InlineData("GET", "/api/runs")]
    [InlineData("GET", "/api/runs/1")]
    [InlineData("POST", "/api/runs/1/cancel")]
    [InlineData("GET", "/api/report")]
    [InlineData("GET", "/api/health")]
    [InlineData("GET", "/api/nowhere")]
    public async Task A_request_without_the_key_is_refused(string method, string path)
    {
        var before = await shop.Test.ValueAsync<long>("select count(*) from ops.run");
        var refused = (401, "The key is missing or wrong.", "Send Greenery:ApiKey in the header x-functions-key.",
            default(long?));
        foreach (var (key, query) in new[]
            { (null, ""), ("", ""), ("wrong", ""), (null, "?code=wrong"), (null, "?code="),
            ("wrong", $"?code={ServedShop.Key}"),
            (ServedShop.Key.ToUpperInvariant(), ""), (ServedShop.Key[..^1], ""),
            ($"{ServedShop.Key},{ServedShop.Key}", "") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path + query);
            if (key is not null)
            {
                request.Headers.TryAddWithoutValidation("x-functions-key", key);
            }
            Assert.Equal(refused, (await shop.Locked.SendAsync(request)).Problem);
        }
        Assert.Equal(before, await shop.Test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Fact]
    public async Task Who_has_the_key_comes_in_by_header_or_query_and_under_any_name_of_the_host()
    {
        using var header = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
        header.Headers.Add("x-functions-key", ServedShop.Key);
        header.Headers.Host = "greenery.example";

        Assert.Equal(200, (await shop.Locked.SendAsync(header)).Status);
        Assert.Equal(200, (await shop.Locked.GetAsync($"/api/runs?code={ServedShop.Key}")).Status);
    }

    [Theory]
    [InlineData("evil.example", null, "Host is 'evil.example'; without an API key only localhost is served.")]
    [InlineData("127.0.0.1.evil.example", null,
        "Host is '127.0.0.1.evil.example'; without an API key only localhost is served.")]
    [InlineData("10.0.0.1", null, "Host is '10.0.0.1'; without an API key only localhost is served.")]
    [InlineData(null, "https://evil.example", "The request comes from a web page of another origin.")]
    [InlineData(null, "null", "The request comes from a web page of another origin.")]
    [InlineData(null, "http://localhost:1", "The request comes from a web page of another origin.")]
    public async Task Without_a_key_no_web_page_of_another_host_comes_in(string? host, string? origin, string detail)
    {
        var before = await shop.Test.ValueAsync<long>("select count(*) from ops.run");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        Assert.Equal((403, "The caller may not do that.", detail, null), (await shop.Open.SendAsync(request)).Problem);
        Assert.Equal(before, await shop.Test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-Host", "greenery.example")]
    [InlineData("X-Real-IP", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Without_a_key_no_proxy_passes_on_what_other_machines_ask(string header, string value)
    {
        var before = await shop.Test.ValueAsync<long>("select count(*) from ops.run");
        using var open = new HttpRequestMessage(HttpMethod.Post, "/api/runs") { Headers = { { header, value } } };
        using var locked = new HttpRequestMessage(HttpMethod.Get, "/api/runs")
            { Headers = { { header, value }, { "x-functions-key", ServedShop.Key } } };

        Assert.Equal(
            (403, "The caller may not do that.",
                $"The request came through a proxy (it has the header {header}); without an API key only programs of "
                + "this machine are served. Set Greenery:ApiKey, and send it through the proxy.",
                default(long?)),
            (await shop.Open.SendAsync(open)).Problem);
        Assert.Equal(200, (await shop.Locked.SendAsync(locked)).Status);
        Assert.Equal(before, await shop.Test.ValueAsync<long>("select count(*) from ops.run"));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost:7071")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.2")]
    public async Task Without_a_key_this_machine_comes_in_under_its_own_names(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
        request.Headers.Host = host;

        Assert.Equal(200, (await shop.Open.SendAsync(request)).Status);
    }

    private static void AssertProtected(HttpResponseMessage answer)
    {
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-store", $"{answer.Headers.CacheControl}");
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("frame-ancestors 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    // What a client library would not send.
    private async Task<string> RawAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(shop.Open.Client.BaseAddress!.Host, shop.Open.Client.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        var answer = new byte[4096];
        var length = await client.GetStream().ReadAsync(answer);
        return Encoding.ASCII.GetString(answer, 0, length);
    }

    private Dictionary<string, string> Smoke(string key) => new()
    {
        ["FUNCTION_URL"] = shop.Locked.Client.BaseAddress!.ToString().TrimEnd('/'),
        ["GREENERY_KEY"] = key, ["TRIES"] = "2", ["RUN_TRIES"] = "600", ["PAUSE"] = "0.2", ["GITHUB_ACTIONS"] = "",
    };

    private async Task UntilEndedAsync(string url) => await Wait.UntilAsync(
        async () => (await shop.Open.GetAsync(url)).Json.GetProperty("finished_at").ValueKind != JsonValueKind.Null,
        () => shop.Open.HasExited);
}
