using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Platform.Api.Tests.OpenApi;
using Platform.Api.Tests.Support;

namespace Platform.Api.Tests.Security;

/// <summary>SQL wherever a request may have a word of its own: in every parameter of every GET that the API describes, and in names. Answers and tables are those of before (IN-5).</summary>
[Trait("Control", "IN-5")]
public sealed class SqlTests(Product product)
{
    private static readonly string[] Attacks =
    [
        "' OR '1'='1", "x'; DROP TABLE grain_state; DELETE FROM audit_event; --", "\" OR 1=1 --", "%' UNION SELECT name, sql, 1 FROM sqlite_master --", "_%", "x' || (SELECT payload FROM grain_state) || '",
    ];

    /// <summary>It does not end by itself.</summary>
    private static readonly string[] Streams = ["audit/stream"];

    [Fact]
    public async Task In_every_parameter_of_every_list_it_is_a_word_like_others()
    {
        var tenant = await product.GivenTenant();
        Assert.Equal(201, (await tenant.Rest(HttpMethod.Post, "keys", new { name = "second", roles = new[] { "user" } })).Status);
        var webhook = (await tenant.Rest(HttpMethod.Post, "webhooks", new { url = "https://hooks.example.com/in", eventTypes = new[] { "alert.fired" } })).Json.GetProperty("webhook").GetProperty("id").GetString()!;
        var incident = (await tenant.Rest(HttpMethod.Post, "incidents", new { title = "attack", severity = "low" })).Json.GetProperty("id").GetString()!;
        var known = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = tenant.Slug, ["webhook"] = webhook, ["incident"] = incident };
        var (tables, rows) = (await TablesAsync(), await RowsAsync(tenant));
        var questions = Questions(known).ToArray();
        Assert.InRange(questions.Length, 500, 20_000);
        Assert.Contains(questions, question => question.Path.Contains("/audit-events?principal=", StringComparison.Ordinal));
        var faults = new ConcurrentBag<string>();

        // A key of its own: the one that all tests share has a limit, too.
        var issued = await product.Platform.Rest(HttpMethod.Post, "/v1/management-keys", new { name = "sweep", roles = new[] { "admin" }, rateLimit = new { permitsPerMinute = 1_000_000, burst = 100_000 } });
        var credential = issued.Json.GetProperty("secret").GetString()!;

        await Parallel.ForEachAsync(questions, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (question, _) =>
        {
            if (await FaultAsync(question, credential) is { } fault)
            {
                faults.Add($"{question.Path}: {fault}");
            }
        });

        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(10)));
        Assert.Equal(tables, await TablesAsync());
        Assert.Empty(rows.Except(await RowsAsync(tenant), StringComparer.Ordinal));
        Assert.Equal(2, (await tenant.Rest(HttpMethod.Get, "keys")).Items().Length);
    }

    [Fact]
    public async Task As_a_name_it_is_kept_to_the_letter()
    {
        var tenant = await product.GivenTenant();
        foreach (var attack in Attacks)
        {
            var key = await tenant.Rest(HttpMethod.Post, "keys", new { name = attack, roles = new[] { "user" } });
            Assert.Equal(attack, key.Json.GetProperty("key").GetProperty("name").GetString());
            Assert.Equal(400, (await product.Platform.Rest(HttpMethod.Post, "/v1/tenants", new { slug = attack })).Status);
        }

        var named = "t" + Guid.NewGuid().ToString("N")[..12];
        await product.Platform.GivenTenant(named, new { displayName = Attacks[1] });
        Assert.Equal(Attacks[1], (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{named}")).Json.GetProperty("displayName").GetString());
        Assert.Superset(Attacks.ToHashSet(StringComparer.Ordinal), (await tenant.Rest(HttpMethod.Get, "keys?pageSize=200")).Items().Select(item => item.GetProperty("name").GetString()!).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Null when the attack was a word that nothing has, or no word that may stand there.</summary>
    private async Task<string?> FaultAsync(Question question, string credential)
    {
        var reply = await product.Platform.Rest(HttpMethod.Get, question.Path, credential: credential);
        if (reply.Status is not (200 or 400 or 404) || (!question.IsName && reply.Text.Contains("tenant-not-found", StringComparison.Ordinal)))
        {
            return reply.ToString();
        }

        var type = reply.Header("Content-Type")?.Split(';')[0];
        if (reply.Status != 200 || type?.Contains("json", StringComparison.Ordinal) != true)
        {
            return null;
        }

        if (type != "application/json")
        {
            return reply.Text.Length == 0 ? null : $"there should be nothing: {reply}";
        }

        // The name that a page goes on after may be any where names are free: what follows it is of the same list.
        var found = Items(reply);
        var honest = found.Count > 0 && question.Path.Contains("?pageToken=", StringComparison.Ordinal) ? Items(await product.Platform.Rest(HttpMethod.Get, question.Path.Split('?')[0] + "?pageSize=200", credential: credential)) : [];

        // A tenant that is called so is found by its name.
        var word = Uri.UnescapeDataString(question.Path.Split('=')[^1]);
        return found.All(item => honest.Any(one => JsonNode.DeepEquals(one, item)) || ((string?)item!["displayName"])?.Contains(word, StringComparison.OrdinalIgnoreCase) == true) ? null : $"there should be nothing: {reply}";
    }

    private static JsonArray Items(Reply reply) => (JsonNode.Parse(reply.Text) as JsonObject)?["items"]?.AsArray() ?? [];

    private static IEnumerable<Question> Questions(Dictionary<string, string> known)
    {
        foreach (var (method, path, operation) in Description.Operations.Where(one => one.Method == "GET" && !Streams.Contains((string)one.Operation["operationId"]!, StringComparer.Ordinal)))
        {
            var parameters = (operation["parameters"]?.AsArray() ?? []).Select(Resolve).ToArray();
            var filled = known.Aggregate(path, (text, pair) => text.Replace($"{{{pair.Key}}}", pair.Value, StringComparison.Ordinal));
            foreach (var name in parameters.Where(one => (string?)one["in"] == "query").Select(one => (string)one["name"]!))
            {
                foreach (var text in Attacks.Concat(name == "pageToken" ? Attacks.Select(attack => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(attack))) : []))
                {
                    yield return new Question($"{Fill(filled, "aaaaaaaa")}?{name}={Uri.EscapeDataString(text)}", IsName: false);
                }
            }

            foreach (var attack in path.Contains('{', StringComparison.Ordinal) ? Attacks : [])
            {
                yield return new Question(Fill(known.Aggregate(path, (text, pair) => pair.Key == "tenant" && path.Count(one => one == '{') > 1 ? text.Replace("{tenant}", pair.Value, StringComparison.Ordinal) : text), attack), IsName: true);
            }
        }
    }

    private static string Fill(string path, string word)
    {
        for (var from = path.IndexOf('{', StringComparison.Ordinal); from >= 0; from = path.IndexOf('{', StringComparison.Ordinal))
        {
            path = $"{path.AsSpan(0, from)}{Uri.EscapeDataString(word)}{path.AsSpan(path.IndexOf('}', from) + 1)}";
        }

        return path;
    }

    private static JsonObject Resolve(JsonNode? parameter) =>
        (string?)parameter!["$ref"] is { } reference ? Description.Document["components"]!["parameters"]![reference.Split('/')[^1]]!.AsObject() : parameter.AsObject();

    /// <summary>The definitions of everything in both databases.</summary>
    private async Task<List<string>> TablesAsync() =>
        [.. await ReadAsync("grains.db", "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY name"), .. await ReadAsync("audit.db", "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master ORDER BY name")];

    /// <summary>What is stored of the tenant, by its names.</summary>
    private async Task<List<string>> RowsAsync(TenantClient tenant)
    {
        var id = (await product.Platform.Rest(HttpMethod.Get, $"/v1/tenants/{tenant.Slug}")).Json.GetProperty("id").GetString()!;
        return [.. await ReadAsync("grains.db", "SELECT grain_type || ' ' || grain_key FROM grain_state WHERE tenant = $tenant", id)];
    }

    private async Task<List<string>> ReadAsync(string file, string sql, string tenant = "")
    {
        await using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = Path.Combine(product.Platform.DataDirectory, "data", file), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Written above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$tenant", tenant);
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<string>();
        while (await rows.ReadAsync())
        {
            all.Add(rows.GetString(0));
        }

        return all;
    }

    /// <param name="IsName">The attack is a part of the path.</param>
    private sealed record Question(string Path, bool IsName);
}
