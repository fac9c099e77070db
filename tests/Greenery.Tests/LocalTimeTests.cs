namespace Greenery.Tests;

/// <summary>Local times to UTC: alerts and schedule agree on every day, also when clocks are changed.</summary>
public sealed class LocalTimeTests
{
    [Theory]
    [InlineData("Europe/Dublin", "2025-03-30 01:30")]
    [InlineData("Europe/Berlin", "2025-03-30 02:30")]
    [InlineData("Africa/Casablanca", "2025-04-06 02:30")]
    [InlineData("America/St_Johns", "2025-03-09 02:30")]
    [InlineData("Australia/Lord_Howe", "2025-10-05 02:15")]
    public void A_time_that_the_clocks_skip_counts_at_the_moment_they_jump(string zone, string local)
    {
        var time = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById(zone));
        var skipped = DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture);

        var utc = time.Instant(skipped).UtcDateTime;

        Assert.True(time.Of(utc) > skipped, $"{time.Of(utc):O} is after the time that was skipped");
        Assert.True(time.Of(utc.AddSeconds(-1)) < skipped, $"{time.Of(utc.AddSeconds(-1)):O} is before it");
    }

    [Theory]
    [InlineData("Europe/Dublin")]
    [InlineData("Africa/Casablanca")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Australia/Lord_Howe")]
    public void Schedule_and_alerts_agree_on_every_half_hour_of_a_year(string zone)
    {
        var time = new LocalTime(TimeZoneInfo.FindSystemTimeZoneById(zone));
        for (var hour = 0; hour < 24; hour++)
        {
            var schedule = RunSchedule.TryParse($"0 30 {hour} * * *", time.Zone)!;
            var start = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
            Assert.All(
                schedule.Between(start, start.AddYears(1)),
                due => Assert.Equal(due.At.UtcDateTime, time.ToUtc(due.BusinessDate, new TimeOnly(hour, 30))));
        }
    }
}
