using Greenery.Models;
using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Models;

public sealed class PersonalColumnsTests
{
    [Theory]
    [InlineData("select user_id, email from users", "email")]
    [InlineData("select users.email as mail from users", "mail")]
    [InlineData("select u.email mail from users as u", "mail")]
    [InlineData("select u.email::varchar(100) as \"Mail\" from users u where email like '%@x'", "Mail")]
    [InlineData("select (email)::text from users", "email")]
    [InlineData("select * from users", "email")]
    [InlineData("select o.order_id, u.* from orders o left join users u using (user_id)", "email")]
    [InlineData("with a as (select * from users), b (id, who) as (select user_id, email from a) "
        + "select who from b", "who")]
    [InlineData("select x.mail from (select email as mail from users) as x", "mail")]
    [InlineData("select x.b from (select user_id, email from users) as x (a, b)", "b")]
    [InlineData("select order_id, ordered_on::text as what from orders "
        + "union all select user_id, email from users", "what")]
    [InlineData("select order_id, (select email from users u where u.user_id = o.user_id) "
        + "as mail from orders o", "mail")]
    [InlineData("select o.order_id, l.email from orders o cross join lateral (select email from users "
        + "where user_id = o.user_id order by 1 limit 1) l", "email")]
    [InlineData("with recursive a as (select user_id, email as mail from users union all "
        + "select user_id + 1, mail from a where user_id < 3) select mail as again from a", "again")]
    [InlineData("select distinct on (email) email as one from users order by email, user_id desc", "one")]
    public void A_column_inherits_the_mark_under_any_name(string sql, string personal)
    {
        var catalogue = Read(sql);

        Assert.Equal([personal], catalogue["dim_customers"].Columns.Where(column => column.IsPersonal)
            .Select(column => column.Name));
        Assert.Empty(catalogue.Warnings);
    }

    [Theory]
    [InlineData("select user_id, lower(email) as mail from users", "'mail'")]
    [InlineData("select user_id, 'to ' || u.email as mail from users u", "'mail'")]
    [InlineData("select user_id, concat(user_id, email) from users", "'concat'")]
    [InlineData("select user_id, case when email like '%@x' then 1 end as kind from users", "'kind'")]
    [InlineData("select max(email) filter (where user_id > 0) as last from users", "'last'")]
    [InlineData("select to_jsonb(users) as whole from users", "'whole'")]
    [InlineData("select jsonb_build_object('a', u.*) as whole from users u", "'whole'")]
    [InlineData("select user_id, part from users, regexp_split_to_table(email, '@') as part", "'part'")]
    [InlineData("select v.x from users cross join lateral (values (email), ('none')) as v (x)", "'x'")]
    [InlineData("with a as (select coalesce(email, '') as b from users) select b as c from a", "'c'")]
    [InlineData("select upper((select email from users limit 1)) as loud, user_id from orders", "'loud'")]
    [InlineData("select array(select email from users) as mails, order_id from orders", "'mails'")]
    public void A_computed_column_gives_a_warning(string sql, string columns)
    {
        var catalogue = Read(sql);

        Assert.DoesNotContain(catalogue["dim_customers"].Columns, column => column.IsPersonal);
        Assert.Equal(
            ["sql/core/dim_customers.sql: dim_customers reads pii column users.email; mark its columns or say "
                + $"`pii: false`: {columns} is computed from it and needs `meta: {{pii: true}}` or "
                + "`meta: {pii: false}`."],
            catalogue.Warnings.Select(warning => warning.ToString()));
    }

    [Theory]
    [InlineData("select user_id from users where email is not null order by lower(email)")]
    [InlineData("select count(email) as n, count(*) filter (where email like '%@x') as m from users")]
    [InlineData("select user_id, email is not null as has_mail from users group by user_id, email")]
    [InlineData("select user_id, row_number() over (partition by email order by user_id) as n from users")]
    [InlineData("select o.user_id from orders o join users u on o.user_id = u.user_id and u.email <> ''")]
    [InlineData("select order_id, exists (select email from users) as is_known, 1 as email from orders")]
    [InlineData("select extract(year from ordered_on) as email, amount is distinct from 1 as b from orders")]
    [InlineData("select order_id, ordered_on::text from orders except select user_id, email from users")]
    public void What_is_not_shown_needs_no_mark(string sql)
    {
        var catalogue = Read(sql);

        Assert.DoesNotContain(catalogue["dim_customers"].Columns, column => column.IsPersonal);
        Assert.Empty(catalogue.Warnings);
    }

    [Fact]
    public void The_property_file_decides_for_the_model_and_those_that_read_it()
    {
        const string Sql = "select user_id, email as mail, lower(email) as low, upper(email) as up from users";
        using var folder = new ProjectFolder(
            ("core/dim_customers.sql", Sql),
            ("core/core.yml",
                """
                version: 2
                models:
                  - name: dim_customers
                    columns:
                      - {name: mail, meta: {pii: false}}
                      - {name: low, meta: {pii: true}}
                      - {name: up, description: Loud., meta: {pii: false}}
                """),
            ("marketing/letters.sql", "select mail, low as address, up from dim_customers"));

        var catalogue = folder.Catalogue();

        Assert.Empty(catalogue.Warnings);
        Assert.Equal(["low"], Personal(catalogue, "dim_customers"));
        Assert.Equal(["address"], Personal(catalogue, "letters"));
    }

    [Fact]
    public void A_described_column_keeps_its_description_and_what_is_open_is_reported_once()
    {
        using var folder = new ProjectFolder(
            ("core/dim_customers.sql", "select user_id, email as mail, lower(email) as low from users"),
            ("core/core.yml",
                """
                version: 2
                models:
                  - name: dim_customers
                    columns:
                      - {name: mail, description: Where letters go.}
                """),
            ("marketing/letters.sql", "select mail as address, low from dim_customers"));

        var catalogue = folder.Catalogue();

        var mail = Assert.Single(catalogue["dim_customers"].Columns);
        Assert.Equal(("mail", "Where letters go.", true), (mail.Name, mail.Description, mail.IsPersonal));
        Assert.Equal(["address"], Personal(catalogue, "letters"));
        Assert.Equal("sql/core/dim_customers.sql", Assert.Single(catalogue.Warnings).Place);
    }

    [Fact]
    public void The_history_of_a_source_is_as_personal_as_its_columns()
    {
        using var folder = new ProjectFolder(
            ("core/dim_customers.sql", "select user_id, email as was, valid_from from users_history"));
        folder.Write("sources.yml", ProjectFolder.Sources.Replace(
            "      - name: users\n", "      - name: users\n        config: {history: [email]}\n",
            StringComparison.Ordinal));

        Assert.Equal(["was"], Personal(folder.Catalogue(), "dim_customers"));
    }

    [Fact]
    public async Task Validate_prints_the_warnings_and_is_content()
    {
        using var folder = new ProjectFolder(("core/dim_customers.sql", "select lower(email) as mail from users"));
        var cli = new CliProcess().With("Greenery__Sql", folder.SqlFolder)
            .With("Greenery__Warehouse", "Host=localhost").With("Greenery__Drops", folder.SqlFolder);

        var people = await cli.RunAsync("validate", "--offline");
        var machines = await cli.RunAsync("validate", "--offline", "--json");

        Assert.True(people.ExitCode == 0, people.Error);
        Assert.Contains("Warning: sql/core/dim_customers.sql: dim_customers reads pii column users.email; ",
            people.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        var warnings = machines.Json.GetProperty("warnings").EnumerateArray();
        Assert.Single(warnings, warning => warning.GetString()!.StartsWith(
            "sql/core/dim_customers.sql: dim_customers reads pii column users.email", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shop_has_no_warning() =>
        Assert.Empty(Project.Read(Repository.SqlFolder).Catalogue.Warnings);

    private static ModelCatalogue Read(string sql)
    {
        using var folder = new ProjectFolder(("core/dim_customers.sql", sql));
        return folder.Catalogue();
    }

    private static IEnumerable<string> Personal(ModelCatalogue catalogue, string model) =>
        catalogue[model].Columns.Where(column => column.IsPersonal).Select(column => column.Name);
}
