// primes() as a range of C++20: built with -std=c++20, where the standard library has ranges.
#include "tamis.hpp"

#include "check.h"

#ifdef __cpp_lib_ranges
#include <algorithm>

static_assert(std::input_iterator<tamis::primes_view::iterator>);
static_assert(std::ranges::input_range<tamis::primes_view>);
static_assert(std::ranges::common_range<tamis::primes_view>);
static_assert(std::ranges::view<tamis::primes_view>);
static_assert(std::ranges::contiguous_range<const tamis::batch>);

static void primes_go_through_views()
{
    std::uint64_t sum = 0, many = 0;
    auto ends_in_1 = [](std::uint64_t p) { return p % 10 == 1; };
    for (std::uint64_t p : tamis::primes(0, UINT64_MAX) | std::views::filter(ends_in_1) | std::views::take(4)) {
        sum += p;
        many++;
    }
    CHECK_U64(sum, 11 + 31 + 41 + 61);
    CHECK_U64(many, 4);
    auto range = tamis::primes(0, 1000000);
    CHECK_U64(static_cast<std::uint64_t>(std::ranges::count_if(range, [](std::uint64_t) { return true; })), 78498); // A006880(6)
    CHECK_U64(*std::ranges::find(range, 999983u), 999983);
}
#else
static void primes_go_through_views() { std::puts("        this standard library has no ranges"); }
#endif

int main()
{
    RUN("ranges", primes_go_through_views);
    return check_summary();
}
