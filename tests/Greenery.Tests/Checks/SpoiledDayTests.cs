using System.Globalization;
using Greenery.Alerts;
using Greenery.Alerts.Routing;
using Greenery.Checks;
using Greenery.Runs;
using Greenery.SampleData;
using Greenery.Tests.Alerts;
using Greenery.Tests.SampleData;
using Greenery.Tests.Support;
using Greenery.Warehouse;

namespace Greenery.Tests.Checks;

/// <summary>
/// The shipped checks on the sample shop: what goes wrong with a day's drops is noticed on that day, and sound days
/// are not. <c>Greenery.Benchmarks -- noticed</c> measures the same over 60 days.
/// </summary>
public sealed class SpoiledDayTests
{
    private const int SoundDays = 22;

    private readonly RecordingTransport _mail = new("email");

    [Fact]
    public async Task Each_opens_the_right_incident_on_its_day_and_sound_days_open_none()
    {
        await using var test = await TestWarehouse.OfRepositoryAsync();
        test.PostRunActions =
        [
            new Alerting(
                test.Database.Warehouse, test.Project,
                new AlertSettings { Channels = [new Channel("email", "email")], HasDigests = false }, [_mail],
                TimeProvider.System),
        ];
        using var sample = new SampleFolder(new SampleOptions
        {
            Days = SoundDays + SpoiledDay.All.Count, Seed = 11, PlantBadRows = false,
        });
        Enumerable.Range(0, SoundDays - 1).ToList().ForEach(day => Give(test, sample, day));
        await RunAsync(test, SoundDays - 2);
        Give(test, sample, SoundDays - 1);
        var sound = await RunAsync(test, SoundDays - 1);
        Assert.Equal((RunState.Published, ""), (sound.State, Found(sound)));
        // All days but the last came in one run, so that metrics have two.
        Assert.DoesNotContain(sound.Checks, check => check.Message.Contains("learning", StringComparison.Ordinal)
            && !check.Id.StartsWith("metrics.", StringComparison.Ordinal));

        foreach (var (i, spoiled) in SpoiledDay.All.Index())
        {
            var day = SoundDays + i;
            var folder = Give(test, sample, day);
            spoiled.Spoil(folder);
            _mail.Clear();

            var report = await RunAsync(test, day);

            Assert.True(report.Checks.Any(check => check.Id == spoiled.Expected && IsOpen(check)),
                $"{spoiled}: expected {spoiled.Expected}; found {report.State} {Found(report)} {report.Message}");
            Assert.Contains(_mail.Taken, taken => taken.To.Address == "data@greenery.example"
                && AlertScenario.Problems(taken.Message).Exists(line =>
                    line.Contains($" {spoiled.Expected} ", StringComparison.Ordinal)
                    && line.Contains("expected ", StringComparison.Ordinal)));
            Directory.Delete(folder, recursive: true);
            Give(test, sample, day);
            var corrected = await RunAsync(test, day);
            Assert.Equal((spoiled.Name, RunState.Published, ""),
                (spoiled.Name, corrected.State, Found(corrected)));
            Assert.Empty(await test.ListAsync("select subject from ops.incident where level <> 'ok'"));
        }
    }

    private static string Give(TestWarehouse test, SampleFolder sample, int day)
    {
        var date = DateOf(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var file in Directory.GetFiles(Path.Combine(sample.Path, date)))
        {
            test.Put($"{date}/{Path.GetFileName(file)}", File.ReadAllBytes(file));
        }
        return Path.Combine(test.Drops, date);
    }

    private static DateOnly DateOf(int day) => new SampleOptions().FirstDate.AddDays(day);

    private static Task<RunReport> RunAsync(TestWarehouse test, int day) => test.RunAsync(
        test.Pipeline(time: new SetTime($"{DateOf(day):yyyy-MM-dd} 23:00")), new RunRequest { Date = DateOf(day) });

    private static string Found(RunReport report) => string.Join('\n', report.Checks.Where(IsOpen)
        .Select(check => $"{EnumText.Name(check.Status)} {check.Message}"));

    private static bool IsOpen(CheckLine check) =>
        check.Status is CheckStatus.Warn or CheckStatus.Fail or CheckStatus.Error;
}
