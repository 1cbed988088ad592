using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Platform.Admin.Tests.Operations;

namespace Platform.Admin.Tests;

/// <summary>The management API as its contract describes it, in memory, on a port of its own. Tests set what it holds and read what it was asked.</summary>
public sealed class FakeManagement : IAsyncDisposable
{
    public const string Password = "correct horse battery";
    public const string Code = "123456";
    public const string Secret = "mcpk_test_k0000001_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg012345";

    public const string Handle = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg";
    public const string ProviderPage = "https://login.example/authorize?response_type=code&state=" + Handle;

    private readonly WebApplication _app;
    private readonly List<string> _done = [];
    private int _sessions;

    private FakeManagement(WebApplication app)
    {
        _app = app;
        More.Add((method, path, body) => path is ["v1", "platform", .. var own] ? People.Answer(method, own, body)
            : path is ["v1", "tenants", var slug, .. var rest] && (slug == "_sys" || Tenants.Any(tenant => (string?)tenant["slug"] == slug)) ? People.Answer(method, rest, body) : null);
    }

    public string Url => _app.Urls.First();

    public bool PasswordSet { get; set; } = true;

    /// <summary>Whether the user has an authenticator.</summary>
    public bool SecondFactor { get; set; }

    /// <summary>Whether REST asks the user to set one up first.</summary>
    public bool SecondFactorNeeded { get; set; }

    /// <summary>The tenant whose user signs in; null for the platform's.</summary>
    public string? TenantSlug { get; set; }

    /// <summary>Whether a resumption waits for somebody else's approval.</summary>
    public bool ResumeNeedsTwo { get; set; }

    /// <summary>What whoever is signed in may do, as the session tells it.</summary>
    public string[] Grants { get; set; } = ["*"];

    /// <summary>What is denied of that.</summary>
    public string[] Denials { get; set; } = [];

    public List<JsonObject> Sessions { get; } = [];

    /// <summary>The last value of each header that the console sent.</summary>
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Bearers that are good right now.</summary>
    public HashSet<string> Tokens { get; } = [];

    public List<JsonObject> Tenants { get; } = [];

    public List<JsonObject> Keys { get; } = [];

    public List<JsonObject> Events { get; } = [];

    public FakePeople People { get; } = new();

    /// <summary>Method and path of every request, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>Requests that REST's description does not have.</summary>
    public ConcurrentQueue<string> Undescribed { get; } = [];

    /// <summary>The operations that were asked for and are more than a look, in order.</summary>
    public string[] Done
    {
        get
        {
            lock (Asked)
            {
                return [.. _done];
            }
        }
    }

    public List<JsonObject> Bodies { get; } = [];

    /// <summary>What was written as a resource's value.</summary>
    public List<string> Values { get; } = [];

    /// <summary>When set, the next matching request is refused with this problem.</summary>
    public (string Path, int Status, JsonObject Problem)? Refusal { get; set; }

    /// <summary>What a slice's tests add: an answer by method and segments of the path, or null for what is not theirs. Asked before what is here.</summary>
    public List<Func<string, string[], JsonObject?, FakeAnswer?>> More { get; } = [];

    public JsonObject Verification { get; set; } = new() { ["events"] = 3, ["head"] = "ab12" };

    /// <summary>Of every search.</summary>
    public JsonObject Histogram { get; set; } = Counted(3, 0, 1);

    public static async Task<FakeManagement> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var fake = new FakeManagement(app);
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    public static JsonObject Tenant(string slug, string? name = null, string status = "active") => new()
    {
        ["id"] = "t000000000000000",
        ["slug"] = slug,
        ["displayName"] = name ?? slug,
        ["status"] = status,
        ["createdAt"] = "2026-11-01T08:00:00Z",
        ["auditMode"] = "durable",
        ["rateLimit"] = new JsonObject { ["permitsPerMinute"] = 100, ["burst"] = 100 },
        ["allowedOrigins"] = new JsonArray(),
    };

    /// <summary>A histogram of quarters of an hour; a negative count is one that not everything was looked at for.</summary>
    public static JsonObject Counted(params int[] counts)
    {
        var begin = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
        return new JsonObject
        {
            ["from"] = begin,
            ["to"] = begin.AddMinutes(15 * counts.Length),
            ["complete"] = counts.All(count => count >= 0),
            ["buckets"] = new JsonArray([.. counts.Select((count, index) => (JsonNode)new JsonObject
            {
                ["from"] = begin.AddMinutes(15 * index), ["to"] = begin.AddMinutes(15 * (index + 1)), ["count"] = Math.Abs(count), ["complete"] = count >= 0,
            })]),
        };
    }

    public static JsonObject Restriction(string? reason = null) => new() { ["since"] = "2026-11-20T10:00:00Z", ["by"] = "usr_ann", ["byPlatform"] = true, ["reason"] = reason };

    public static JsonObject Key(string id, string name, string status = "active", string? expiresAt = null, string? lastUsedAt = null, params string[] roles)
    {
        var key = new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["hint"] = $"mcpk_test_{id}_…2345",
            ["principal"] = "svc_" + id,
            ["roles"] = new JsonArray([.. (roles.Length == 0 ? ["user"] : roles).Select(role => JsonValue.Create(role))]),
            ["status"] = status,
            ["createdAt"] = "2026-11-02T08:00:00Z",
            ["createdBy"] = "usr_admin",
        };
        if (expiresAt is not null)
        {
            key["expiresAt"] = expiresAt;
        }

        if (lastUsedAt is not null)
        {
            key["lastUsedAt"] = lastUsedAt;
        }

        return key;
    }

    public static JsonObject Event(long sequence, string action, string @class = "administration", string outcome = "ok", string? target = null, string at = "2026-11-20T10:00:00Z") => new()
    {
        ["sequence"] = sequence,
        ["hash"] = new string('c', 64),
        ["event"] = new JsonObject
        {
            ["v"] = 1,
            ["id"] = $"evt_{sequence}",
            ["at"] = at,
            ["tenant"] = "t000000000000000",
            ["class"] = @class,
            ["action"] = action,
            ["outcome"] = outcome,
            ["principal"] = "usr_admin",
            ["target"] = target,
            ["correlation"] = "0af7651916cd43dd",
            ["durationUs"] = 812,
        },
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value ?? "";
        lock (Asked)
        {
            // A page asks for several things at once.
            Asked.Add($"{request.Method} {path}{request.QueryString}");
            if (DescribedCalls.Find(request.Method, path) is not { } operation)
            {
                Undescribed.Enqueue($"{request.Method} {path}");
            }
            else if (!HttpMethods.IsGet(request.Method))
            {
                _done.Add(operation);
            }

            foreach (var header in request.Headers)
            {
                Headers[header.Key] = header.Value.ToString();
            }
        }

        var isValue = request.Method == "PUT" && (path.Contains("/resources/memory/", StringComparison.Ordinal) || path.Contains("/resources/files/", StringComparison.Ordinal));
        if (isValue)
        {
            using var reader = new StreamReader(request.Body);
            Values.Add(await reader.ReadToEndAsync());
        }

        var body = !isValue && request.ContentLength > 0 ? await JsonSerializer.DeserializeAsync<JsonObject>(request.Body) : null;
        if (body is not null)
        {
            Bodies.Add(body);
        }

        if (Refusal is { } refusal && path == refusal.Path && !HttpMethods.IsGet(request.Method))
        {
            await WriteAsync(context, refusal.Status, refusal.Problem, "application/problem+json");
            return;
        }

        var bearer = request.Headers.Authorization.ToString();
        var anonymous = path is "/v1/bootstrap" or "/v1/sessions:acceptInvitation" or "/v1/sessions:oidcProviders" or "/v1/sessions:beginOidc" or "/v1/sessions:completeOidc" || (path is "/v1/sessions" && request.Method == "POST");
        if (!anonymous && !(bearer.StartsWith("Bearer ", StringComparison.Ordinal) && Tokens.Contains(bearer[7..])))
        {
            await ProblemAsync(context, 401, "unauthenticated", "Authentication is required");
            return;
        }

        if (More.Select(answers => answers(request.Method, path.Split('/', StringSplitOptions.RemoveEmptyEntries), body)).FirstOrDefault(found => found is not null) is { } answer)
        {
            context.Response.Headers.ETag = answer.Version is { } version ? $"\"{version}\"" : default(StringValues);
            await (answer.List is { } list ? ListAsync(context, list)
                : answer.Errors is { } errors ? ProblemAsync(context, answer.Status, "invalid-params", "Invalid parameters", errors)
                : answer.Lacks is { } lacks ? ProblemAsync(context, 403, "permission-denied", "Permission denied", detail: $"This needs the permission '{lacks}'.")
                : answer.Status >= 400 ? ProblemAsync(context, answer.Status, "refused", "Refused")
                : answer.Body is { } found ? WriteAsync(context, answer.Status, found) : NothingAsync(context, answer.Status));
            return;
        }

        await RouteAsync(context, request.Method, path.Split('/', StringSplitOptions.RemoveEmptyEntries), body, anonymous ? "" : bearer[7..]);
    }

    private Task RouteAsync(HttpContext context, string method, string[] path, JsonObject? body, string token) => (method, path) switch
    {
        ("GET", ["v1", "bootstrap"]) => WriteAsync(context, 200, new JsonObject { ["passwordSet"] = PasswordSet }),
        ("POST", ["v1", "bootstrap"]) => BootstrapAsync(context, body!),
        ("POST", ["v1", "sessions"]) => SignInAsync(context, body!),
        ("POST", ["v1", "sessions:acceptInvitation"]) => (string?)body!["secret"] == "invitation" ? OpenAsync(context) : ProblemAsync(context, 401, "unauthenticated", "Authentication is required"),
        ("GET", ["v1", "sessions:oidcProviders"]) => ListAsync(context, context.Request.Query["tenant"] == TenantSlug ? [new JsonObject { ["id"] = "idp_1", ["name"] = "Example login" }] : []),
        ("POST", ["v1", "sessions:beginOidc"]) => WriteAsync(context, 200, new JsonObject { ["authorizationUrl"] = ProviderPage, ["state"] = Handle, ["binding"] = Handle }),
        ("POST", ["v1", "sessions:completeOidc"]) => (string?)body!["code"] == "a-code" ? OpenAsync(context) : (string?)body["code"] == "no-role" ? ProblemAsync(context, 403, "permission-denied", "Permission denied") : ProblemAsync(context, 401, "unauthenticated", "Authentication is required"),
        ("GET", ["v1", "sessions"]) => ListAsync(context, Sessions),
        ("GET", ["v1", "sessions", "current"]) => WriteAsync(context, 200, Current(_sessions)),
        ("GET", ["v1", "sessions", "current", "login"]) => WriteAsync(context, 200, new JsonObject { ["passwordSet"] = true, ["secondFactor"] = SecondFactor, ["recoveryCodesLeft"] = 7 }),
        ("POST", ["v1", "sessions", "current:changePassword"]) => (string?)body!["oldPassword"] == Password
            ? OpenAsync(context, 200)
            : ProblemAsync(context, 400, "invalid-params", "Invalid parameters", new JsonObject { ["oldPassword"] = new JsonArray("This is not your present password.") }),
        ("POST", ["v1", "sessions", "current", "totp:enrol"]) => WriteAsync(context, 200, new JsonObject { ["secret"] = "GEZDGNBVGY3TQOJQ", ["uri"] = "otpauth://totp/MoCoPr:admin?secret=GEZDGNBVGY3TQOJQ", ["expiresAt"] = "2099-01-01T00:00:00Z" }),
        ("POST", ["v1", "sessions", "current", "totp:confirm"]) => (string?)body!["code"] == Code
            ? OpenAsync(context, 200, new JsonArray("abcde-fghjk", "23456-789ab"))
            : ProblemAsync(context, 400, "invalid-params", "Invalid parameters", new JsonObject { ["code"] = new JsonArray("This is not the code.") }),
        ("POST", ["v1", "sessions", "current", "totp:disable"]) => OpenAsync(context, 200),
        ("POST", ["v1", "sessions:endAll"]) => WriteAsync(context, 200, new JsonObject { ["ended"] = Sessions.Count }),
        ("DELETE", ["v1", "sessions", var id]) when id != "current" => EndAsync(context, id),
        ("DELETE", ["v1", "sessions", "current"]) => CloseAsync(context, token),
        ("GET", ["v1", "tenants"]) => context.Request.Query.ContainsKey("name") ? SearchAsync(context, Tenants) : ListAsync(context, Tenants),
        ("POST", ["v1", "tenants"]) => CreateAsync(context, body!),
        (_, ["v1", "management-keys", .. var rest]) => TenantAsync(context, method, "_sys", ["keys", .. rest], body),
        (_, ["v1", "management-keys:batchRevoke"]) => TenantAsync(context, method, "_sys", ["keys:batchRevoke"], body),
        (_, ["v1", "tenants", var named, ..]) => TenantAsync(context, method, named, path[3..], body),
        _ => ProblemAsync(context, 404, "not-found", "Not found"),
    };

    private async Task BootstrapAsync(HttpContext context, JsonObject body)
    {
        if (PasswordSet || (string?)body["secret"] != "bootstrap-secret")
        {
            await ProblemAsync(context, 401, "unauthenticated", "Authentication is required");
            return;
        }

        if (((string?)body["password"])!.Length < 12)
        {
            await ProblemAsync(context, 400, "invalid-params", "Invalid parameters", new JsonObject { ["password"] = new JsonArray("Use at least 12 characters.") });
            return;
        }

        PasswordSet = true;
        await OpenAsync(context);
    }

    private Task SignInAsync(HttpContext context, JsonObject body)
    {
        if ((string?)body["user"] != "admin" || (string?)body["password"] != Password || (string?)body["tenant"] != TenantSlug)
        {
            return ProblemAsync(context, 401, "unauthenticated", "Authentication is required");
        }

        return !SecondFactor ? OpenAsync(context)
            : (string?)body["code"] is not { } code ? ProblemAsync(context, 401, "second-factor-required", "A second factor is required")
            : code == Code ? OpenAsync(context)
            : ProblemAsync(context, 401, "unauthenticated", "Authentication is required");
    }

    private Task EndAsync(HttpContext context, string id)
    {
        if (Sessions.RemoveAll(session => (string?)session["id"] == id) == 0)
        {
            return ProblemAsync(context, 404, "not-found", "Not found");
        }

        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    public static JsonObject Session(string id, string agent, bool current = false) => new()
    {
        ["id"] = id,
        ["principal"] = "usr_admin",
        ["openedAt"] = "2026-11-20T10:00:00Z",
        ["lastUsedAt"] = "2026-11-20T10:00:00Z",
        ["expiresAt"] = "2099-11-20T22:00:00Z",
        ["address"] = "192.0.2.7",
        ["agent"] = agent,
        ["secondFactor"] = false,
        ["current"] = current,
    };

    private Task OpenAsync(HttpContext context, int status = 201, JsonArray? recoveryCodes = null)
    {
        var number = Interlocked.Increment(ref _sessions);
        var token = $"mcps_session{number:000000000}_{new string('x', 43)}";
        Tokens.Add(token);
        var answer = new JsonObject
        {
            ["session"] = Current(number),
            ["token"] = token,
        };
        if (recoveryCodes is not null)
        {
            answer["recoveryCodes"] = recoveryCodes;
        }

        return WriteAsync(context, status, answer);
    }

    private JsonObject Current(int number) => new()
    {
        ["id"] = $"session{number:000000000}",
        ["tenant"] = "_sys",
        ["principal"] = "usr_admin",
        ["displayName"] = "Platform admin",
        ["grants"] = new JsonArray([.. Grants.Select(grant => JsonValue.Create(grant))]),
        ["denials"] = new JsonArray([.. Denials.Select(denied => JsonValue.Create(denied))]),
        ["tenantSlug"] = TenantSlug,
        ["secondFactorNeeded"] = SecondFactorNeeded,
        ["expiresAt"] = DateTimeOffset.UtcNow.AddHours(12).ToString("O"),
    };

    private Task CloseAsync(HttpContext context, string token)
    {
        Tokens.Remove(token);
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private Task CreateAsync(HttpContext context, JsonObject body)
    {
        var slug = (string?)body["slug"] ?? "";
        if (slug.Any(char.IsUpper) || slug.Length == 0)
        {
            return ProblemAsync(context, 400, "invalid-params", "Invalid parameters", new JsonObject { ["slug"] = new JsonArray("Use 1 to 40 lower-case letters.") });
        }

        if (Tenants.Any(tenant => (string?)tenant["slug"] == slug))
        {
            return ProblemAsync(context, 409, "conflict", "Conflict");
        }

        var created = Tenant(slug, (string?)body["displayName"]);
        Tenants.Add(created);
        return WriteAsync(context, 201, created);
    }

    private Task TenantAsync(HttpContext context, string method, string named, string[] rest, JsonObject? body)
    {
        var slug = named.Split(':')[0];
        var tenant = Tenants.FirstOrDefault(candidate => (string?)candidate["slug"] == slug);
        if (tenant is null && slug != "_sys")
        {
            return ProblemAsync(context, 404, "tenant-not-found", "No such tenant");
        }

        switch (method, named, rest)
        {
            case ("GET", _, []):
                return WriteAsync(context, 200, tenant!);
            case ("POST", _, []) when named.EndsWith(":suspend", StringComparison.Ordinal):
                tenant!["status"] = "suspended";
                tenant["suspendedReason"] = body?["reason"]?.DeepClone();
                tenant["suspendedAt"] = "2026-11-20T10:00:00Z";
                return WriteAsync(context, 200, tenant);
            case ("POST", _, []) when named.EndsWith(":resume", StringComparison.Ordinal) && ResumeNeedsTwo:
                tenant!["resumeRequest"] = new JsonObject { ["by"] = "usr_ann", ["at"] = "2026-11-20T10:00:00Z", ["expiresAt"] = "2099-11-20T11:00:00Z" };
                return WriteAsync(context, 202, tenant);
            case ("POST", _, []) when named.EndsWith(":resume", StringComparison.Ordinal) || (named.EndsWith(":approveResume", StringComparison.Ordinal) && tenant!["resumeRequest"] is not null):
                tenant!["status"] = "active";
                tenant.Remove("resumeRequest");
                return WriteAsync(context, 200, tenant);
            case ("POST", _, []) when named.EndsWith(":makeReadOnly", StringComparison.Ordinal):
                tenant!["readOnly"] = Restriction();
                return WriteAsync(context, 200, tenant);
            case ("POST", _, []) when named.EndsWith(":makeWritable", StringComparison.Ordinal):
                tenant!.Remove("readOnly");
                return WriteAsync(context, 200, tenant);
            case ("POST", _, ["quarantine:release"]):
                tenant!["quarantine"] = new JsonArray([.. tenant["quarantine"]!.AsArray().Where(entry => (string?)entry!["name"] != (string?)body!["name"]).Select(entry => entry!.DeepClone())]);
                return WriteAsync(context, 200, tenant);
            case ("GET", _, ["keys"]) when context.Request.Query["expiresBefore"] is [{ } before]:
                return ListAsync(context, [.. Keys.Where(key => (string?)key["status"] == "active" && string.CompareOrdinal((string?)key["expiresAt"] ?? "9", before) < 0)]);
            case ("GET", _, ["keys"]):
                return ListAsync(context, [.. Keys.Where(one => new[] { "status", "principal" }.All(name => context.Request.Query[name] is not [{ } wanted] || (string?)one[name] == wanted))]);
            case ("POST", _, ["keys"]):
                var issued = Key("k0000001", (string?)body!["name"] ?? "", "active", (string?)body["expiresAt"]);
                issued["principal"] = (string?)body["principal"] ?? (string?)issued["principal"];
                Keys.Insert(0, issued);
                return WriteAsync(context, 201, new JsonObject { ["key"] = issued.DeepClone(), ["secret"] = Secret });
            case ("POST", _, ["keys:batchRevoke"]):
                var results = body!["ids"]!.AsArray().Select(id => new JsonObject { ["id"] = id!.DeepClone(), ["code"] = (string)id! == "kept" ? "unavailable" : null });
                return WriteAsync(context, 200, new JsonObject { ["items"] = new JsonArray([.. results]) });
            case ("POST", _, ["keys", var rotated]) when rotated.EndsWith(":rotate", StringComparison.Ordinal):
                var follower = Key("k0000002", "rotated");
                follower["replaces"] = rotated.Split(':')[0];
                return WriteAsync(context, 201, new JsonObject { ["key"] = follower, ["secret"] = Secret });
            case (_, _, ["keys", var key]):
                var found = Keys.FirstOrDefault(candidate => (string?)candidate["id"] == key.Split(':')[0]);
                if (found is not null && key.EndsWith(":revoke", StringComparison.Ordinal))
                {
                    found["status"] = "revoked";
                }

                return found is null ? ProblemAsync(context, 404, "not-found", "Not found") : WriteAsync(context, 200, found);
            case ("GET", _, ["sessions"]):
                return ListAsync(context, Sessions);
            case ("DELETE", _, ["sessions", var ended]):
                return EndAsync(context, ended);
            case ("GET", _, ["audit-events"]):
                return ListAsync(context, Events);
            case ("GET", _, ["audit-events:histogram"]):
                return WriteAsync(context, 200, Histogram);
            case ("POST", _, ["audit-events:verify"]):
                return WriteAsync(context, 200, Verification);
            default:
                return ProblemAsync(context, 404, "not-found", "Not found");
        }
    }

    private static Task NothingAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task ListAsync(HttpContext context, List<JsonObject> items)
    {
        var size = int.Parse(context.Request.Query["pageSize"].FirstOrDefault() ?? "50");
        var start = int.Parse(context.Request.Query["pageToken"].FirstOrDefault() ?? "0");
        var page = new JsonObject { ["items"] = new JsonArray([.. items.Skip(start).Take(size).Select(item => item.DeepClone())]) };
        if (start + size < items.Count)
        {
            page["nextPageToken"] = $"{start + size}";
        }

        return WriteAsync(context, 200, page);
    }

    /// <summary>Looks at 300 for a page, as REST looks at a bounded number.</summary>
    private static Task SearchAsync(HttpContext context, List<JsonObject> items)
    {
        const int Most = 300;
        var start = int.Parse(context.Request.Query["pageToken"].FirstOrDefault() ?? "0");
        var found = items.Skip(start).Take(Most).Where(item => ((string)item["slug"]!).Contains(context.Request.Query["name"].ToString(), StringComparison.OrdinalIgnoreCase));
        var page = new JsonObject { ["items"] = new JsonArray([.. found.Select(item => item.DeepClone())]) };
        if (start + Most < items.Count)
        {
            page["nextPageToken"] = $"{start + Most}";
        }

        return WriteAsync(context, 200, page);
    }

    private static Task ProblemAsync(HttpContext context, int status, string code, string title, JsonObject? errors = null, string? detail = null)
    {
        var problem = new JsonObject { ["type"] = "urn:mocopr:problem:" + code, ["title"] = title, ["status"] = status, ["detail"] = detail ?? title + ".", ["code"] = code, ["requestId"] = "req-4711" };
        if (errors is not null)
        {
            problem["errors"] = errors;
        }

        return WriteAsync(context, status, problem, "application/problem+json");
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body, string type = "application/json")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
