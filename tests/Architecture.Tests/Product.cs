using System.Reflection;

namespace Platform.Architecture.Tests;

/// <summary>The assemblies of <c>src</c>.</summary>
internal static class Product
{
    public static Assembly Abstractions { get; } = typeof(Abstractions.Tenants.TenantId).Assembly;

    public static Assembly Grains { get; } = typeof(Grains.GrainOptions).Assembly;

    public static Assembly Hosting { get; } = typeof(Hosting.PlatformOptions).Assembly;

    public static Assembly Api { get; } = typeof(Api.ApiOptions).Assembly;

    public static Assembly Admin { get; } = typeof(Admin.AdminOptions).Assembly;

    public static Assembly Silo { get; } = typeof(Silo.PlatformHost).Assembly;

    public static Assembly Cli { get; } = Assembly.Load("Platform.Cli");

    public static Assembly Client { get; } = typeof(Platform.Client.PlatformClient).Assembly;

    public static IReadOnlyList<Assembly> All { get; } = [Abstractions, Grains, Hosting, Api, Admin, Silo, Cli, Client];

    public static Assembly Named(string folder) => All.Single(assembly => string.Equals(assembly.GetName().Name, $"Platform.{folder}", StringComparison.Ordinal));

    /// <summary>Types somebody wrote, with the closures and state machines that the compiler nests in them; nothing that Orleans generates.</summary>
    public static IEnumerable<Type> WrittenTypes(this Assembly assembly) =>
        assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Platform.", StringComparison.Ordinal) == true && !type.Outermost().Name.StartsWith('<'));

    public static Type Outermost(this Type type) => type.DeclaringType is { } outer ? outer.Outermost() : type;

    public static bool IsGrainContract(this Type type) => type is { IsInterface: true } && typeof(Orleans.Runtime.IAddressable).IsAssignableFrom(type);

    public static bool IsGrainClass(this Type type) => type is { IsClass: true, IsAbstract: false } && typeof(Orleans.IGrain).IsAssignableFrom(type) && typeof(Orleans.Grain).IsAssignableFrom(type);
}
