using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Platform.Admin.Tests;

/// <summary>Roles and principals of the one tenant that a test looks at, and of the platform.</summary>
public sealed class FakePeople
{
    /// <summary>What becomes of an invitation for which an address is named.</summary>
    public string Delivery { get; set; } = "sent";

    public const string Invitation = "mcpi_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

    public List<JsonObject> Roles { get; } = [Role("admin", ["*"]), Role("service", ["tools:call", "resources:read:public/*"]), Role("user", ["tools:read", "resources:read"])];

    public List<JsonObject> Principals { get; } = [];

    /// <summary>What <c>roles:testPermissions</c> answers.</summary>
    public JsonObject Verdict { get; set; } = new() { ["allowed"] = false, ["reason"] = "Nothing allows it." };

    public static JsonObject Role(string name, string[] allow, bool builtIn = true, string? description = null) => new()
    {
        ["name"] = name,
        ["description"] = description ?? "",
        ["allow"] = Texts(allow),
        ["deny"] = Texts([]),
        ["inherits"] = Texts([]),
        ["builtIn"] = builtIn,
        ["changedAt"] = builtIn ? null : "2026-11-20T10:00:00Z",
        ["changedBy"] = builtIn ? null : "usr_admin",
    };

    public static JsonObject Principal(string id, string name, string kind = "user", params string[] roles) => new()
    {
        ["id"] = id,
        ["kind"] = kind,
        ["displayName"] = name,
        ["roles"] = Texts(roles),
        ["createdAt"] = "2026-11-02T08:00:00Z",
        ["blocked"] = false,
        ["conditionalRoles"] = new JsonArray(),
        ["groups"] = new JsonArray(),
        ["elevations"] = new JsonArray(),
    };

    public static JsonObject Elevation(string role, string until, string why) => new() { ["role"] = role, ["from"] = "2026-11-20T10:00:00Z", ["until"] = until, ["justification"] = why, ["grantedBy"] = "usr_admin" };

    /// <summary>What holds of one of the permissions that a test names beside the one it asks for.</summary>
    public static JsonObject Judged(string permission, string effect, bool more, params (bool Allows, string Rule, string Role, string? Group)[] rules) => new()
    {
        ["permission"] = permission,
        ["effect"] = effect,
        ["rules"] = new JsonArray([.. rules.Select(rule => new JsonObject { ["allows"] = rule.Allows, ["rule"] = rule.Rule, ["role"] = rule.Role, ["group"] = rule.Group })]),
        ["more"] = more,
    };

    internal FakeAnswer? Answer(string method, string[] path, JsonObject? body) => (method, path) switch
    {
        ("GET", ["roles"]) => FakeAnswer.Page(Roles),
        ("POST", ["roles"]) => Create(body!),
        ("POST", ["roles:testPermissions"]) => new FakeAnswer(200, (JsonObject)Verdict.DeepClone()),
        (_, ["roles", var name]) => OfRole(method, Roles.Find(role => (string?)role["name"] == name), body),
        ("GET", ["principals"]) => FakeAnswer.Page(Principals),
        ("POST", ["principals"]) => Add(body!),
        (_, ["principals", var named]) => OfPrincipal(method, named.Split(':'), body),
        _ => null,
    };

    private FakeAnswer Create(JsonObject body)
    {
        if (body["allow"]!.AsArray().Any(rule => (string?)rule == "nonsense"))
        {
            return FakeAnswer.Invalid("allow", "Write each as area:action.");
        }

        var role = Role((string)body["name"]!, [], builtIn: false);
        Roles.Add(role);
        return Replace(role, body);
    }

    private static FakeAnswer Replace(JsonObject role, JsonObject body)
    {
        foreach (var member in new[] { "description", "allow", "deny", "inherits" })
        {
            role[member] = body[member]?.DeepClone() ?? (member == "description" ? "" : new JsonArray());
        }

        return new FakeAnswer(200, role);
    }

    private FakeAnswer OfRole(string method, JsonObject? role, JsonObject? body)
    {
        if (role is null)
        {
            return new FakeAnswer(404);
        }

        if (method == "DELETE")
        {
            Roles.Remove(role);
            return new FakeAnswer(204);
        }

        return method == "PUT" ? Replace(role, body!) : new FakeAnswer(200, role);
    }

    private FakeAnswer Add(JsonObject body)
    {
        var name = (string?)body["name"] ?? "made-up";
        if (name.Any(char.IsUpper))
        {
            return FakeAnswer.Invalid("name", "Use lower-case letters.");
        }

        var kind = (string)body["kind"]!;
        var prefix = kind switch { "user" => "usr_", "service" => "svc_", "device" => "dev_", _ => "grp_" };
        var principal = Principal(prefix + name, (string)body["displayName"]!, kind, [.. body["roles"]!.AsArray().Select(role => (string)role!)]);
        Principals.Add(principal);
        return new FakeAnswer(201, principal);
    }

    private FakeAnswer OfPrincipal(string method, string[] named, JsonObject? body)
    {
        if (Principals.Find(candidate => (string?)candidate["id"] == named[0]) is not { } principal)
        {
            return new FakeAnswer(404);
        }

        switch (method, named.ElementAtOrDefault(1))
        {
            case ("DELETE", null):
                Principals.Remove(principal);
                return new FakeAnswer(204);
            case ("POST", "setRoles"):
                principal["roles"] = body!["roles"]!.DeepClone();
                break;
            case ("POST", "rename") when ((string?)body!["displayName"] ?? "").Length is 0 or > 100:
                return FakeAnswer.Invalid("displayName", "Use 1 to 100 characters.");
            case ("POST", "rename"):
                principal["displayName"] = body!["displayName"]!.DeepClone();
                break;
            case ("POST", "block"):
                (principal["blocked"], principal["blockedReason"]) = (true, body!["reason"]?.DeepClone());
                break;
            case ("POST", "unblock"):
                principal["blocked"] = false;
                break;
            case ("POST", "issueInvitation"):
                var invited = new JsonObject { ["expiresAt"] = "2099-01-01T00:00:00Z", ["delivery"] = body?["email"] is null ? "copy" : Delivery };
                if ((string?)invited["delivery"] != "sent")
                {
                    invited["secret"] = Invitation;
                }

                return new FakeAnswer(200, invited);
            case ("POST", "elevate") when ((string?)body!["justification"] ?? "").Length < 10:
                return FakeAnswer.Invalid("justification", "Say why in 10 to 500 characters without control characters.");
            case ("POST", "elevate"):
                principal["elevations"]!.AsArray().Add(Elevation((string)body!["role"]!, "2099-01-01T00:00:00Z", (string)body["justification"]!));
                break;
            case ("POST", "endElevations"):
                foreach (var elevation in principal["elevations"]!.AsArray())
                {
                    elevation!["until"] = "2026-11-20T11:00:00Z";
                }

                break;
            case ("POST", "endSessions"):
                return new FakeAnswer(200, new JsonObject { ["ended"] = 2 });
        }

        return new FakeAnswer(200, principal) { Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(principal.ToJsonString())))[..8] };
    }

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
