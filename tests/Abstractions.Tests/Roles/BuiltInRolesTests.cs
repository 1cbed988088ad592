using Platform.Abstractions.Identity;
using Platform.Abstractions.Roles;

namespace Platform.Abstractions.Tests.Roles;

[Trait("Control", "AZ-1")]
public sealed class BuiltInRolesTests
{
    [Fact]
    public void There_are_the_guides_three_roles_and_two_of_ours() =>
        Assert.Equal(["admin", "guest", "power-user", "service", "user"], BuiltInRoles.All.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("admin", "*")]
    [InlineData("user", "tools:read", "resources:read")]
    [InlineData("service", "tools:call", "resources:read:public/*")]
    public void A_role_has_the_guides_grants_byte_for_byte(string role, params string[] grants) => Assert.Equal(grants, BuiltInRoles.All[role]);

    [Theory]
    [InlineData("power-user", "tools:read", "tools:call", "resources:read", "resources:write:memory/*", "prompts:read")]
    [InlineData("guest", "tools:read", "resources:read:public/*")]
    public void A_role_of_ours_has_these_grants(string role, params string[] grants) => Assert.Equal(grants, BuiltInRoles.All[role]);

    [Fact]
    public void Every_role_says_what_it_is_for() => Assert.All(BuiltInRoles.All.Keys, role => Assert.NotEmpty(BuiltInRoles.DescriptionOf(role)));

    [Theory]
    [InlineData("admin", "tools", "read", null, true)]
    [InlineData("admin", "tools", "call", "echo", true)]
    [InlineData("admin", "resources", "read", "secret/x", true)]
    [InlineData("admin", "resources", "write", "public/x", true)]
    [InlineData("admin", "tenants", "suspend", null, true)]
    [InlineData("user", "tools", "read", null, true)]
    [InlineData("user", "tools", "read", "echo", true)]
    [InlineData("user", "tools", "call", "echo", false)]
    [InlineData("user", "resources", "read", "secret/x", true)]
    [InlineData("user", "resources", "write", "public/x", false)]
    [InlineData("user", "tenants", "suspend", null, false)]
    [InlineData("service", "tools", "read", null, false)]
    [InlineData("service", "tools", "call", "echo", true)]
    [InlineData("service", "resources", "read", "public/x", true)]
    [InlineData("service", "resources", "read", "public/deep/er", true)]
    [InlineData("service", "resources", "read", "secret/x", false)]
    [InlineData("service", "resources", "read", null, false)]
    [InlineData("service", "resources", "write", "public/x", false)]
    [InlineData("service", "tenants", "suspend", null, false)]
    [InlineData("power-user", "tools", "call", "echo", true)]
    [InlineData("power-user", "prompts", "read", "p", true)]
    [InlineData("power-user", "resources", "write", "memory/Key", true)]
    [InlineData("power-user", "resources", "write", "public/x", false)]
    [InlineData("power-user", "resources", "write", null, false)]
    [InlineData("user", "resources", "write", "memory/Key", false)]
    [InlineData("service", "resources", "write", "memory/Key", false)]
    [InlineData("power-user", "roles", "read", null, false)]
    [InlineData("power-user", "keys", "issue", null, false)]
    [InlineData("guest", "tools", "call", "echo", false)]
    [InlineData("guest", "resources", "read", "public/x", true)]
    [InlineData("guest", "resources", "read", "secret/x", false)]
    public void A_role_may_what_the_guide_says_and_nothing_more(string role, string area, string action, string? target, bool allowed) =>
        Assert.Equal(allowed, PermissionSet.Compile(BuiltInRoles.All[role]).Allows(area, action, target));
}
