using System.Net.Http;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Orleans.Serialization.Configuration;

namespace Platform.Grains.Wire;

/// <summary>
/// The types that a message between processes may name beside those that the manifest has by itself, which are whatever has generated or registered code (IN-6): the primitives, grains and their
/// interfaces, and these exceptions.
/// </summary>
internal sealed class WireTypes : IPostConfigureOptions<TypeManifestOptions>
{
    /// <summary>What the framework throws in a grain. Exceptions of ours that travel have generated code.</summary>
    public static IReadOnlyList<Type> Exceptions { get; } =
    [
        typeof(Exception), typeof(ArgumentException), typeof(ArgumentNullException), typeof(ArgumentOutOfRangeException), typeof(CryptographicException), typeof(ExternalException),
        typeof(FormatException), typeof(HttpRequestException), typeof(IOException), typeof(IndexOutOfRangeException), typeof(InvalidCastException), typeof(InvalidDataException),
        typeof(InvalidOperationException), typeof(JsonException), typeof(KeyNotFoundException), typeof(NotImplementedException), typeof(NotSupportedException), typeof(NullReferenceException),
        typeof(ObjectDisposedException), typeof(OperationCanceledException), typeof(OutOfMemoryException), typeof(OverflowException), typeof(SocketException), typeof(TaskCanceledException),
        typeof(TimeoutException), typeof(TypeLoadException), typeof(UnauthorizedAccessException),
    ];

    private static readonly Type[] Primitives =
    [
        typeof(object), typeof(string), typeof(char), typeof(sbyte), typeof(byte), typeof(bool), typeof(short), typeof(ushort), typeof(int), typeof(uint), typeof(long), typeof(ulong), typeof(float),
        typeof(double), typeof(decimal), typeof(Guid), typeof(TimeSpan), typeof(DateTime), typeof(DateTimeOffset), typeof(Type),
    ];

    /// <summary>By which a message names the primitives.</summary>
    public static IReadOnlyList<string> PrimitiveNames { get; } =
    [
        "object", "string", "char", "sbyte", "byte", "bool", "short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", nameof(Guid), nameof(TimeSpan), nameof(DateTime),
        nameof(DateTimeOffset), nameof(Type),
    ];

    public void PostConfigure(string? name, TypeManifestOptions options)
    {
        options.AllowAllTypes = false;
        options.AllowedAssemblies.Clear();
        foreach (var type in Primitives.Concat(Exceptions).Concat(options.Interfaces).Concat(options.InterfaceImplementations))
        {
            options.AddAllowedType(type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type);
        }
    }
}
