//! Functions for the processor at hand.

/// Makes of an inlined function one that is compiled for processors with AVX2 and popcnt too, natively, and chosen when it is called.
/// The crate is compiled for every x86-64 processor, for which a population count is a dozen instructions.
macro_rules! for_processor {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),*) $(-> $out:ty)? = $inline:ident) => {
        $(#[$meta])*
        #[inline(never)]
        $vis fn $name($($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,popcnt,bmi1,bmi2")]
                fn with_avx2($($arg: $type),*) $(-> $out)? {
                    $inline($($arg),*)
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") && is_x86_feature_detected!("bmi2") {
                    // SAFETY: the processor has them.
                    return unsafe { with_avx2($($arg),*) };
                }
            }
            $inline($($arg),*)
        }
    };
}
pub(crate) use for_processor;
