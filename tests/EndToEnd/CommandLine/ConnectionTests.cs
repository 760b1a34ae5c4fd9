using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using PaxosShard.Tests.EndToEnd.Harness;

namespace PaxosShard.Tests.EndToEnd.CommandLine;

/// <summary>Where a command connects: as the option says, else the environment, else the group that was started last.</summary>
[TestFixture]
public sealed class ConnectionTests
{
    private PxGroup _first = null!;
    private PxGroup _second = null!;
    private string _firstAddress = "";
    private string _secondAddress = "";

    /// <summary>Two groups, in each of which a room tells which one it is.</summary>
    [OneTimeSetUp]
    public async Task StartAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Patience);
        _first = await PxGroup.StartAsync(1, limit.Token);
        _second = await PxGroup.StartAsync(1, limit.Token);
        (await _first.SendAsync("name", "first\n", limit.Token)).Succeeded();
        (await _second.SendAsync("name", "second\n", limit.Token)).Succeeded();
        _firstAddress = (await _first.ReplicasAsync(limit.Token))[0].Address;
        _secondAddress = (await _second.ReplicasAsync(limit.Token))[0].Address;
    }

    [OneTimeTearDown]
    public async Task EndAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Without_a_word_it_is_the_group_that_was_started_last(CancellationToken cancellation)
    {
        Assert.That(await NameAsync(endpoints: null, cancellation), Is.EqualTo("first"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task The_environment_goes_before_the_group_that_was_started_last(CancellationToken cancellation)
    {
        Assert.That(await NameAsync(_secondAddress, cancellation), Is.EqualTo("second"));
        Assert.That(await NameAsync("", cancellation), Is.EqualTo("first"), "an empty variable is none");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task An_option_goes_before_the_environment(CancellationToken cancellation)
    {
        Assert.That(await NameAsync(_firstAddress, cancellation, "--endpoints", _secondAddress), Is.EqualTo("second"));
        Assert.That(await NameAsync(_firstAddress, cancellation, "--dir", _second.Directory), Is.EqualTo("second"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Two_options_that_say_where_to_connect_are_one_too_many(CancellationToken cancellation)
    {
        CommandResult result = await TailAsync(endpoints: null, cancellation, "--dir", _first.Directory, "--endpoints", _secondAddress);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1200", "--dir", "--endpoints");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task Of_several_addresses_one_that_answers_is_enough(CancellationToken cancellation)
    {
        using Socket silent = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.That(await NameAsync(endpoints: null, cancellation, "--endpoints", $"{silent.LocalEndPoint}, {_secondAddress}"), Is.EqualTo("second"));
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task A_wrong_address_is_named_with_the_place_it_comes_from(CancellationToken cancellation)
    {
        ErrorAssert.Failed(await TailAsync("127.0.0.1", cancellation), ExitCodes.Usage, "PX1200", "PX_ENDPOINTS", "'127.0.0.1'");
        ErrorAssert.Failed(await TailAsync(",", cancellation), ExitCodes.Usage, "PX1200", "PX_ENDPOINTS");
        ErrorAssert.Failed(await TailAsync(endpoints: null, cancellation, "--endpoints", "here:port"), ExitCodes.Usage, "PX1200", "--endpoints", "'here:port'");
        ErrorAssert.Failed(await TailAsync(endpoints: null, cancellation, "--dir", ""), ExitCodes.Usage, "PX1200", "--dir");
    }

    [Test]
    [CancelAfter(90_000)]
    public async Task With_no_group_anywhere_the_ways_to_name_one_are_told(CancellationToken cancellation)
    {
        using TestFolder home = new();
        Dictionary<string, string?> environment = new(StringComparer.Ordinal) { ["XDG_CONFIG_HOME"] = home.FullPath, ["PX_ENDPOINTS"] = null };

        CommandResult result = await Command.RunAsync(Programs.Px, ["tail", "name"], input: null, environment, cancellation);

        ErrorAssert.Failed(result, ExitCodes.Usage, "PX1201", "--dir", "--endpoints", "PX_ENDPOINTS", "px up");
    }

    /// <summary>The name of the group that a command reaches, where the first one was started last.</summary>
    private async Task<string> NameAsync(string? endpoints, CancellationToken cancellation, params string[] options) =>
        (await TailAsync(endpoints, cancellation, options)).JsonLines().Single().Text("text");

    private Task<CommandResult> TailAsync(string? endpoints, CancellationToken cancellation, params string[] options)
    {
        Dictionary<string, string?> environment = new(_first.Environment, StringComparer.Ordinal) { ["PX_ENDPOINTS"] = endpoints };
        return Command.RunAsync(Programs.Px, ["tail", "name", "--json", .. options], input: null, environment, cancellation);
    }
}
