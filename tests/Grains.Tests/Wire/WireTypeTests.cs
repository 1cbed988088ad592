using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Xml;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Wire;
using TypeConverter = Orleans.Serialization.TypeSystem.TypeConverter;

namespace Platform.Grains.Tests.Wire;

/// <summary>Which types a message may name, at both ends, as the cluster has them (IN-6). The attacker is a peer that writes whatever it likes.</summary>
[Collection(OnTheCluster.Name), Trait("Control", "IN-6")]
public sealed class WireTypeTests(SharedCluster shared)
{
    private static readonly ServiceProvider Peer = new ServiceCollection()
        .AddSerializer()
        .PostConfigure<TypeManifestOptions>(options => options.AllowAllTypes = true)
        .BuildServiceProvider();

    private static readonly ServiceProvider Plain = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly ServiceProvider Ours = new ServiceCollection().AddSerializer().AddPlatformWire().BuildServiceProvider();

    /// <summary>The first three pass Orleans' own rule, which goes by the end of a name.</summary>
    public static TheoryData<object> Foreign =>
    [
        new XmlException("as a message"), new Win32Exception(5), new FileNotFoundException("as a message"), typeof(Process), typeof(Process[]), typeof(List<Process>), typeof(AppDomain),
    ];

    [Theory, MemberData(nameof(Foreign))]
    public void A_message_that_names_a_foreign_type_is_refused_by_every_silo_and_by_a_client(object foreign)
    {
        var message = Peer.GetRequiredService<Serializer>().SerializeToArray<object>(foreign);

        Assert.All<int?>([0, 1, null], end =>
        {
            var refused = Assert.Throws<InvalidOperationException>(() => shared.Cluster.Wire(end).Deserialize<object>(message));
            Assert.Contains("is not allowed", refused.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("System.Xml.XmlException,System.Private.Xml")]
    [InlineData("Nobody.Knows.ThisException,Nobody.Knows")]
    [InlineData("Anything,Orleans.Evil")]
    [InlineData("Anything,My.Orleans.Serialization")]
    [InlineData("System.Collections.Hashtable,System.Private.CoreLib")]
    [InlineData("System.Collections.Generic.List`1[[Nobody.Knows.ThisException,Nobody.Knows]]")]
    [InlineData("System.InvalidOperationException,Nobody.Knows")]
    [InlineData("OBJECT")]
    [InlineData("object,Nobody.Knows")]
    [InlineData("DayOfTheWeek")]
    public void A_name_is_refused_before_it_is_looked_up(string name) =>
        Assert.Throws<InvalidOperationException>(() => Ours.GetRequiredService<TypeConverter>().TryParse(name, out _));

    [Fact]
    public void Without_the_list_some_of_them_would_be_served() =>
        Assert.IsType<XmlException>(Plain.GetRequiredService<Serializer>().Deserialize<object>(Peer.GetRequiredService<Serializer>().SerializeToArray<object>(new XmlException("x"))));

    [Fact]
    public void Every_type_of_ours_that_travels_may_be_named()
    {
        var converter = Ours.GetRequiredService<TypeConverter>();
        var types = new[] { typeof(TenantId).Assembly, typeof(WireTypes).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) || typeof(IAddressable).IsAssignableFrom(type))
            .ToArray();

        Assert.InRange(types.Length, 100, 10_000);
        Assert.All(types, type => Assert.Equal(type, converter.Parse(converter.Format(type))));
        Assert.All([typeof(Result<TenantView>), typeof(IReadOnlyList<string>), typeof(Dictionary<string, long>), typeof(TenantId[])], type => Assert.Equal(type, converter.Parse(converter.Format(type))));
    }

    [Fact]
    public void Whatever_Orleans_itself_may_send_may_be_named_as_before()
    {
        var (converter, plain) = (Ours.GetRequiredService<TypeConverter>(), Plain.GetRequiredService<TypeConverter>());
        var types = new[] { typeof(Grain), typeof(IGrainFactory), typeof(IManagementGrain), typeof(GrainReference), typeof(Orleans.Runtime.Silo), typeof(Serializer), typeof(IReminderTable) }
            .Select(type => type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())

            // A codec that stands for what it writes, such as a list that is known by its interface alone, has an alias.
            .Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) || type.IsDefined(typeof(AliasAttribute), inherit: false))
            .ToArray();

        Assert.InRange(types.Length, 100, 10_000);
        Assert.Equal("", string.Join(", ", types.Where(type => IsNamed(plain, type) && !IsNamed(converter, type))));

        static bool IsNamed(TypeConverter converter, Type type)
        {
            try
            {
                return converter.Parse(converter.Format(type)) == type;
            }
            catch (InvalidOperationException)
            {
                return false;
            }
        }
    }

    [Fact]
    public void Collections_with_comparers_and_values_of_the_framework_cross()
    {
        var wire = shared.Cluster.Wire(0);
        IReadOnlyList<string> made = ["one", "two"];

        Assert.Equal(1, Crossed(new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase) { ["a"] = 1 })["A"]);
        Assert.False(Crossed(new Dictionary<string, int>(StringComparer.Ordinal) { ["a"] = 1 }).ContainsKey("A"));
        Assert.Contains("A", Crossed(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "a" }));
        Assert.Equal(made, Crossed(made));
        Assert.Equal(["one"], Crossed(ImmutableArray.Create("one")));
        Assert.Equal(made, Crossed(Lazily(made)));
        Assert.Contains("one", Crossed<IReadOnlySet<string>>(FrozenSet.ToFrozenSet(made)));
        Assert.Equal(IPAddress.Loopback, Crossed<object>(IPAddress.Loopback));
        Assert.Equal((object?)("a", 1, DayOfWeek.Friday), Crossed<object>(("a", 1, DayOfWeek.Friday)));

        static IEnumerable<string> Lazily(IReadOnlyList<string> all) => all.Where(one => one.Length > 0);

        T Crossed<T>(T value) => wire.Deserialize<T>(wire.SerializeToArray(value))!;
    }

    [Fact]
    public void What_is_said_of_a_failure_crosses_and_a_driver_s_exception_goes_by_the_name_of_its_nearest_base()
    {
        var wire = Ours.GetRequiredService<Serializer>();

        var ours = Assert.IsType<TenantAccessException>(Crossed(new TenantAccessException()));
        var listed = Assert.IsType<TimeoutException>(Crossed(new TimeoutException("late")));
        var file = Assert.IsType<IOException>(Crossed(new FileNotFoundException("no such file", new XmlException("inside"))));
        var driver = Assert.IsType<ExternalException>(Crossed(new SqliteException("the database is away", 14)));
        var many = Assert.IsType<AggregateException>(Crossed(new AggregateException(new XmlException("one"), new TimeoutException("two"))));

        Assert.Equal(new TenantAccessException().Message, ours.Message);
        Assert.Equal(("late", "no such file", "the database is away"), (listed.Message, file.Message, driver.Message));
        Assert.Equal("inside", Assert.IsType<Exception>(file.InnerException).Message.Split(" Line")[0]);
        Assert.Equal([typeof(Exception), typeof(TimeoutException)], many.InnerExceptions.Select(one => one.GetType()));

        Exception Crossed(Exception failure) => wire.Deserialize<Exception>(wire.SerializeToArray(failure))!;
    }
}
