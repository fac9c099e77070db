using Npgsql;

namespace Greenery.Tests.Support;

/// <summary>A tiny shop with a model that sleeps, on a database that a test can silence.</summary>
internal static class SlowShop
{
    /// <summary>SQL: whether the model sleeps.</summary>
    public const string Sleeping = "select count(*) > 0 from pg_stat_activity where datname = current_database() and "
        + "wait_event = 'PgSleep'";

    // Without TLS the client that asks for a cancellation has no time limit of its own.
    private const string Settings = "SSL Mode=Disable";

    public static async Task<TestWarehouse> CreateAsync()
    {
        var test = await TestWarehouse.OfTinyShopAsync();
        test.WriteSql("core/slow.sql", "select pg_sleep(count(*) * 600)::text as slept from users where name = 'Slow'");
        test.Put("2021-02-11/users.csv", "user_id,name,city\n100,Slow,Malmo\n");
        return test;
    }

    public static BlackHole Hole(TestWarehouse test)
    {
        var server = new NpgsqlConnectionStringBuilder(test.Database.ConnectionString);
        return new BlackHole(server.Host!, server.Port);
    }

    public static string Through(TestWarehouse test, BlackHole hole) => new NpgsqlConnectionStringBuilder(
        $"{test.Database.ConnectionString};{Settings}")
    {
        Host = "127.0.0.1",
        Port = hole.Port,
    }.ConnectionString;
}
