using Greenery.Runs;
using Greenery.Tests.Support;

namespace Greenery.Tests.Reports;

/// <summary>
/// The tiny shop with an example of everything that may be on the page: warnings with failing rows, quarantined rows,
/// personal data, a key figure that cannot be computed, markup planted in data and in files, and a model without a
/// description.
/// </summary>
public sealed class PlantedShop : IAsyncLifetime
{
    internal const string Markup = "<script>alert('city')</script>";

    internal const string Personal = "Secret Person";

    internal TestWarehouse Test { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Test = await TestWarehouse.OfTinyShopAsync();
        WriteSql();
        Test.Put($"{TinyShop.Day}/users.csv",
            $"user_id,name,city\n1,Ana,Lisbon\n2,Bo,Malmo\n3,{Personal},{Markup}\nx,{Personal},Oslo\n");
        Assert.Equal(RunState.Published, (await Test.RunAsync()).State);
        Test.Put("2021-02-13/orders.csv",
            "order_id,user_id,amount,placed_on\n13,2,8,2021-02-13\n14,2,\"<img src=x onerror=alert(1)>\",2021-02-13\n");
        Assert.Equal(RunState.Published, (await Test.RunAsync()).State);
    }

    public Task DisposeAsync() => Test.DisposeAsync().AsTask();

    private void WriteSql()
    {
        foreach (var table in new[] { "users", "orders" })
        {
            Test.ChangeSql("sources.yml", $"      - name: {table}\n",
                $"      - name: {table}\n        config: {{rejects: {{warn: 90%, fail: 95%}}}}\n        meta: "
                + $"{{owner: shop@greenery.example}}\n");
        }
        Test.ChangeSql("core/core.yml", "  - name: dim_users\n",
            "  - name: dim_users\n    config: {tags: [cities]}\n"
            + "    description: Users & <b>what</b> they \"are\".\n    meta: {owner: "
            + "core@greenery.example}\n");
        Test.ChangeSql(
            "core/core.yml",
            "      - name: name\n        meta: {pii: true}\n",
            """
                  - name: name
                    description: The person's name.
                    meta: {pii: true}
                  - name: city
                    data_tests:
                      - accepted_values:
                          values: [Lisbon, Malmo]
                          description: Cities we <i>deliver</i> to.
                          config: {severity: warn, tags: [crm, cities]}

            """);
        Test.WriteSql("metrics/broken.sql",
            "-- Broken (share): cannot be computed.\nselect 1 / (count(*) - count(*)) as value from "
            + "core.fact_orders\n");
    }
}
